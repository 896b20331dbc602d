package org.sigillo.docket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Vault;

/// The register of cases, as intake needs it.
@ApplicationScoped
public class Cases {
    private final Ledger ledger;
    private final Vault vault;
    private final DocketRows rows;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Counter left;

    Cases(
            Ledger ledger,
            Vault vault,
            DocketRows rows,
            Transactions transactions,
            InstantSource clock,
            MeterRegistry meters) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
        this.transactions = transactions;
        this.clock = clock;
        this.left = meters.counter("sigillo.vault.segments.left");
    }

    /// A case that can be sealed to.
    ///
    /// @param recipient of the newest generation, already compared with its event
    public record Opened(Id caseId, long generation, String recipient) {}

    /// Generation 0's secret half, sealed to one reviewer.
    public record Grant(Id person, byte[] sealed) {}

    /// One sealed segment in the vault.
    public record Segment(long size, Sha256 digest) {}

    /// A completely received file or message.
    public record Arrival(
            Id caseId,
            Id exhibit,
            long generation,
            Sha256 content,
            long paddedSize,
            List<Segment> segments,
            byte[] label,
            byte[] stub) {}

    /// What its source is shown of an exhibit.
    ///
    /// @param generation to which it is sealed
    /// @param stub none once its source has removed it
    /// @param content what the ledger says of it; the stub opens that
    public record Shown(
            Id exhibit,
            int number,
            String day,
            long generation,
            Optional<byte[]> stub,
            Sha256 content,
            OptionalLong index) {}

    /// The case with this locator, if its source has begun one.
    ///
    /// @param source the recipient of whoever asks: the ledger says whose case it is, a row could be
    ///     anybody's
    @Transactional
    public Optional<Opened> byLocator(Sha256 locator, String source) {
        return rows.byLocator(locator.hex()).flatMap(row -> opened(row, row.source.equals(source)));
    }

    /// The same for whoever has proven to have the identity of a recipient: a locator that is another's has no case for them.
    ///
    /// @param source the hash of the recipient
    @Transactional
    public Optional<Opened> ofSource(Sha256 locator, Sha256 source) {
        return rows.byLocator(locator.hex())
                .flatMap(row -> opened(row, Genesis.recipientHash(row.source).equals(source)));
    }

    /// How a case begins.
    ///
    /// @param recipient of generation 0
    /// @param source the source's own recipient
    /// @param keepsake by which a program that made generation 0 knows it again; none if the server made it
    public record Beginning(
            Sha256 locator,
            Id caseId,
            String recipient,
            String source,
            Optional<Sha256> keepsake,
            List<Grant> grants) {}

    /// Begins a case: row, generation 0, its grants and their events, in one transaction. Whoever
    /// comes second with the same locator gets the first's.
    ///
    /// @param trust who counts, read again under the guards' lock: a grant that is entered after its reviewer has become something
    ///     else could never be taken back
    /// @throws Refusal if none of those who were granted it counts
    @Transactional
    public Opened open(Beginning it, Supplier<Trust> trust) {
        ledger.lockGuards();
        rows.lock(it.locator().hex());
        Optional<CaseRow> known = rows.byLocator(it.locator().hex());
        if (known.isPresent()) {
            return opened(known.get(), known.get().source.equals(it.source()))
                    // A program says itself what its locator is: somebody has read another's.
                    .orElseThrow(() ->
                            new Refusal(
                                    Refusal.Kind.CONFLICT,
                                    "taken",
                                    "This locator is another source's."));
        }
        Trust now = trust.get();
        List<Grant> counting =
                it.grants().stream()
                        .filter(grant -> now.counts(grant.person(), Role.REVIEWER))
                        .toList();
        if (counting.isEmpty()) {
            // Sealed to nobody, it would be lost.
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "",
                    "Nobody is here yet who could open what you send. Nothing was taken in. Come"
                            + " back in a minute.");
        }
        Id caseId = it.caseId();
        rows.add(
                new CaseRow(
                        caseId.hex(),
                        it.locator().hex(),
                        it.source(),
                        it.keepsake().map(Sha256::bytes).orElse(null)));
        rows.add(new GenerationRow(caseId.hex(), 0, it.recipient()));
        rows.begun(today());
        ledger.append(
                Draft.bySource(
                        opened(caseId),
                        caseId,
                        n ->
                                new CaseEvent.Opened(
                                        Genesis.recipientHash(it.recipient()),
                                        Genesis.recipientHash(it.source()))));
        for (Grant grant : counting) {
            rows.add(new GrantRow(caseId.hex(), 0, grant.person().hex(), grant.sealed()));
            ledger.append(
                    Draft.bySource(
                            "grant.given/" + caseId + "/0/" + grant.person(),
                            caseId,
                            n ->
                                    new CaseEvent.GrantGiven(
                                            grant.person(),
                                            0,
                                            Sha256.of(grant.sealed()),
                                            Optional.empty())));
        }
        return new Opened(caseId, 0, it.recipient());
    }

    /// How many cases have begun today (UTC), at whichever replica.
    @Transactional
    public long begunToday() {
        return rows.begunOn(today());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /// Where a segment of an arriving exhibit is written.
    public Vault.Writer segment(Id exhibit, int number) throws IOException {
        return vault.create(SealedSegments.address(exhibit, number));
    }

    /// Removes the segments of an exhibit that never became one.
    public void discard(Id exhibit, int segments) {
        discard(exhibit, IntStream.range(0, segments).boxed().toList());
    }

    void discard(Id exhibit, List<Integer> segments) {
        for (int number : segments) {
            try {
                vault.removeStaged(SealedSegments.address(exhibit, number));
            } catch (IOException e) {
                // Counted, not logged: a line would say when a source's upload broke off.
                left.increment();
            }
        }
    }

    /// Makes an exhibit of what arrived, and its event. Doing so again changes nothing: whoever was not told whether it was done may
    /// ask once more.
    ///
    /// @return its number in the case
    public int seal(Arrival arrival) {
        // Before the transaction: nobody else waits while a slow store is asked.
        requireComplete(arrival);
        return transactions.call(() -> {
            rows.lock(arrival.caseId().hex());
            return rows.exhibit(arrival.exhibit().hex())
                    .filter(it -> it.caseId.equals(arrival.caseId().hex()))
                    .map(it -> it.number)
                    .orElseGet(() -> entered(arrival));
        });
    }

    /// The same, within a transaction, of what is known to be complete.
    int entered(Arrival arrival) {
        rows.lock(arrival.caseId().hex());
        ExhibitRow row = new ExhibitRow();
        row.id = arrival.exhibit().hex();
        row.caseId = arrival.caseId().hex();
        row.number = Math.toIntExact(rows.exhibitCount(row.caseId) + 1);
        row.generation = arrival.generation();
        row.size = arrival.paddedSize();
        row.segments =
                String.join(
                        " ",
                        arrival.segments().stream().map(s -> s.size() + ":" + s.digest()).toList());
        row.label = arrival.label();
        row.stub = arrival.stub();
        rows.add(row);
        ledger.append(
                Draft.bySource(
                        key(arrival.exhibit()),
                        arrival.caseId(),
                        nonce ->
                                new CaseEvent.ExhibitSealed(
                                        Entry.exhibitTag(nonce, arrival.exhibit()),
                                        arrival.generation(),
                                        arrival.content(),
                                        Entry.root(
                                                arrival.segments().stream()
                                                        .map(Segment::digest)
                                                        .toList()),
                                        arrival.paddedSize(),
                                        arrival.segments().size(),
                                        Sha256.of(arrival.label()))));
        return row.number;
    }

    /// What nobody holds is removed after some days; by a clock that was set forward, from under a form that still runs.
    private void requireComplete(Arrival arrival) {
        try {
            int there = vault.list(SealedSegments.folder(arrival.exhibit())).size();
            if (there < arrival.segments().size()) {
                throw new IOException("segments of what arrived are not in the vault any more");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a case's source finds under its codename.
    ///
    /// @param exhibits those that were asked for, in the order of their numbers
    /// @param count of all exhibits
    /// @param replies in their order
    public record ToSource(
            List<Shown> exhibits,
            long count,
            List<Replies.Reply> replies,
            List<Wishes.Wish> wishes) {}

    /// So many exhibits, from this number on.
    @Transactional
    public ToSource toSource(Id caseId, int from, int most) {
        Narrow.Part part = Narrow.part(ledger, rows, rows.byId(caseId.hex()), from, most);
        CheckedCase known = part.known();
        return new ToSource(
                known.exhibits().stream().map(Cases::shown).toList(),
                part.exhibits(),
                Replies.of(known),
                known.wishes());
    }

    /// The numbers of those that its source has not taken off its page.
    @Transactional
    public List<Integer> numbers(Id caseId) {
        return rows.shown(caseId.hex());
    }

    /// One exhibit of these, without the others.
    @Transactional
    public Optional<Shown> toSource(Id caseId, Id exhibit) {
        return toSource(caseId, () -> rows.exhibit(exhibit.hex()));
    }

    /// The same by its number.
    @Transactional
    public Optional<Shown> toSource(Id caseId, int number) {
        return toSource(caseId, () -> rows.exhibit(caseId.hex(), number));
    }

    private Optional<Shown> toSource(Id caseId, Supplier<Optional<ExhibitRow>> find) {
        return Narrow.exhibit(ledger, rows, rows.byId(caseId.hex()), find).map(Cases::shown);
    }

    private static Shown shown(CheckedCase.Held it) {
        return new Shown(
                it.id(),
                it.row().number,
                it.day(),
                it.row().generation,
                Optional.ofNullable(it.row().stub).map(byte[]::clone),
                it.fact().content(),
                it.event().publishedIndex());
    }

    @Transactional
    public long exhibits(Id caseId) {
        return rows.exhibitCount(caseId.hex());
    }

    /// What the ledger says of an exhibit's content.
    Sha256 contentOf(Id caseId, Id exhibit) {
        return toSource(caseId, exhibit)
                .map(Shown::content)
                .orElseThrow(() ->
                        new BrokenEvidenceException(
                                "exhibit " + exhibit, "one of its case", "none"));
    }

    /// The ledger's origin, and those of ledgers that were closed before it: one of them stands in every
    /// sealed thing.
    public List<String> origins() {
        return ledger.genesis().opened().origins();
    }

    /// The ledger's origin, which is sealed into what comes in.
    public String origin() {
        return ledger.genesis().opened().origin();
    }

    /// The ledger's instance id (32 bytes), which salts codenames.
    public byte[] instance() {
        return Hex.parse(ledger.genesis().opened().instance(), 32);
    }

    /// Seconds between beats: so long a source waits for an index.
    public long beat() {
        return ledger.rules().beat();
    }

    /// Bytes that the vault can still take.
    public long free() throws IOException {
        return vault.free();
    }

    /// A locator is the word of whoever began the case, and the ledger knows whose that is: of anybody else there is none. The row is
    /// compared in any case.
    private Optional<Opened> opened(CaseRow row, boolean his) {
        GenerationRow newest = Narrow.generations(ledger, rows, row).getLast();
        return his
                ? Optional.of(new Opened(Id.parse(row.id), newest.generation, newest.recipient))
                : Optional.empty();
    }

    static String opened(Id caseId) {
        return "case.opened/" + caseId;
    }

    static String generation(Id caseId, long generation) {
        return "case.generation/" + caseId + "/" + generation;
    }

    static String key(Id exhibit) {
        return "exhibit.sealed/" + exhibit;
    }
}
