package org.sigillo.docket;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.vault.Vault;

/// Exhibits that their sender's program seals itself and brings segment by segment. Nothing of them is evidence before
/// [#finish]: until then rows and segments are work in hand, and whatever is sent again changes nothing.
@ApplicationScoped
public class Unfinished {
    /// That one source may have begun: more than a program sends at once, and than a person loses sight of.
    public static final int MOST = 16;

    private static final int BUFFER = 64 * 1024;

    private final Cases cases;
    private final Vault vault;
    private final DocketRows docket;
    private final UnfinishedRows rows;
    private final Transactions transactions;
    private final InstantSource clock;
    private final long pool;
    private final int days;

    Unfinished(
            Cases cases,
            Vault vault,
            DocketRows docket,
            UnfinishedRows rows,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.intake.unfinished") long pool,
            @ConfigProperty(name = "sigillo.vault.abandoned-days") int days) {
        this.cases = cases;
        this.vault = vault;
        this.docket = docket;
        this.rows = rows;
        this.transactions = transactions;
        this.clock = clock;
        this.pool = pool;
        this.days = days;
    }

    /// How an exhibit begins.
    ///
    /// @param size padded
    public record Begun(long generation, long size, byte[] stub) {
        public Begun {
            stub = stub.clone();
        }
    }

    /// A segment that has come.
    ///
    /// @param mark by which its sender knows it again
    public record Segment(int number, long size, Sha256 digest, Sha256 mark) {}

    /// What is begun, and what of it has come.
    public record Upload(Id exhibit, Begun begun, List<Segment> segments) {
        public Upload {
            segments = List.copyOf(segments);
        }
    }

    /// What a sender says of an exhibit when all of it has come.
    public record Finish(Sha256 content, byte[] label, byte[] stub) {}

    /// How a wish to finish ended.
    public sealed interface Outcome {
        /// It is the newsroom's now.
        ///
        /// @param before whether it was already
        record Done(int number, boolean before) implements Outcome {}

        /// Segments of these numbers are not here.
        record Missing(List<Integer> numbers) implements Outcome {}
    }

    /// Everything that a case's source has begun.
    public List<Upload> of(Id caseId) {
        return transactions.call(
                () -> rows.ofCase(caseId.hex()).stream().map(this::upload).toList());
    }

    /// The padded size of one of them.
    public Optional<Long> size(Id caseId, Id exhibit) {
        return transactions.call(() -> rows.ofCase(caseId.hex(), exhibit.hex()).map(it -> it.size));
    }

    private Upload upload(UnfinishedRow row) {
        return row.shown(rows.segments(row.exhibit));
    }

    /// Begins an exhibit under an id that its sender drew.
    ///
    /// @return whether it is new
    public boolean begin(Cases.Opened opened, Id exhibit, Begun begun) {
        return transactions.call(() -> {
            docket.lock(opened.caseId().hex());
            Optional<UnfinishedRow> known = rows.findByIdOptional(exhibit.hex());
            if (known.isPresent() && known.get().isBegun(opened.caseId(), begun)) {
                return false;
            }
            if (known.isPresent() || docket.exhibit(exhibit.hex()).isPresent()) {
                throw taken("Another exhibit has this id. Draw a fresh one.");
            }
            if (begun.generation() != opened.generation()) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "generation",
                        "The case has a newer generation. Read it again, and seal to that.");
            }
            if (rows.ofCase(opened.caseId().hex()).size() >= MOST) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "unfinished",
                        MOST + " files are begun and not finished. Finish or give up one of them.");
            }
            rows.add(new UnfinishedRow(exhibit.hex(), opened.caseId().hex(), today(), begun));
            return true;
        });
    }

    /// Takes in a segment.
    ///
    /// @param segment as it must be
    /// @return whether it is new
    /// @throws IOException if the body breaks off or the vault fails: then the segment is not here
    public boolean put(Id caseId, Id exhibit, Segment segment, InputStream body)
            throws IOException {
        if (!claimed(caseId, exhibit, segment)) {
            body.transferTo(java.io.OutputStream.nullOutputStream());
            return false;
        }
        Vault.Writer writer = vault.create(SealedSegments.address(exhibit, segment.number()));
        try {
            DigestInputStream bytes = new DigestInputStream(body, Sha256.digest());
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                size += read;
                if (size > segment.size()) {
                    break;
                }
                writer.write(buffer, 0, read);
            }
            if (size != segment.size()
                    || !Sha256.copyOf(bytes.getMessageDigest().digest()).equals(segment.digest())) {
                throw new Refusal(
                        Refusal.Kind.MALFORMED,
                        "digest",
                        "The segment did not arrive as it was sent. Send it again.");
            }
            committed(writer, caseId, exhibit, segment);
        } finally {
            writer.abort();
        }
        if (!transactions.call(() -> stored(caseId, exhibit, segment))) {
            throw taken("This segment was sent by another program meanwhile.");
        }
        return true;
    }

    /// Says whose bytes this segment's will be: the last to come, as long as none are stored. A sender that was cut off seals anew
    /// and comes with others.
    ///
    /// @return whether they are still to come
    private boolean claimed(Id caseId, Id exhibit, Segment segment) {
        return transactions.call(() -> {
            docket.lock(caseId.hex());
            row(caseId, exhibit);
            Optional<UnfinishedRow.Segment> known = rows.segment(exhibit.hex(), segment.number());
            if (known.filter(it -> it.stored).isPresent()) {
                if (known.get().digest.equals(segment.digest().hex())) {
                    return false;
                }
                throw taken("This segment is here with other bytes.");
            }
            if (rows.held() + segment.size() > pool) {
                throw new Refusal(
                        Refusal.Kind.FULL,
                        "full",
                        "Too much is begun and not finished at the moment. Try again later.");
            }
            UnfinishedRow.Segment row =
                    known.orElseGet(
                            () -> new UnfinishedRow.Segment(exhibit.hex(), segment.number()));
            row.claim(segment);
            if (known.isEmpty()) {
                // As it is now: what is set later is another statement.
                rows.add(row);
            }
            return true;
        });
    }

    /// What lies at the address already was left by a program that ended before it could say so: nobody counts on it, unless it is
    /// what has come now.
    private void committed(Vault.Writer writer, Id caseId, Id exhibit, Segment segment)
            throws IOException {
        try {
            writer.commit(segment.digest());
        } catch (FileAlreadyExistsException e) {
            if (!transactions.call(() -> cleared(caseId, exhibit, segment))) {
                throw taken("This segment was sent by another program meanwhile.");
            }
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "again",
                    "Something was left of an earlier attempt, and is gone now. Send the segment"
                            + " again.");
        }
    }

    /// Under the case's lock, and other bytes only: what another program claims and brings meanwhile is not taken away from it.
    private boolean cleared(Id caseId, Id exhibit, Segment segment) {
        docket.lock(caseId.hex());
        Optional<UnfinishedRow.Segment> row = mine(exhibit, segment);
        String address = SealedSegments.address(exhibit, segment.number());
        try {
            if (row.filter(it -> !it.stored).isPresent()
                    && !vault.digest(address).equals(segment.digest())) {
                vault.removeStaged(address);
            }
        } catch (NoSuchFileException e) {
            // Somebody else has taken it away.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return row.isPresent();
    }

    private boolean stored(Id caseId, Id exhibit, Segment segment) {
        docket.lock(caseId.hex());
        Optional<UnfinishedRow.Segment> row = mine(exhibit, segment);
        row.ifPresent(it -> it.stored = true);
        return row.isPresent();
    }

    private Optional<UnfinishedRow.Segment> mine(Id exhibit, Segment segment) {
        return rows.segment(exhibit.hex(), segment.number())
                .filter(it -> it.digest.equals(segment.digest().hex()));
    }

    /// Makes an exhibit of what has come, and its event: from here on it is evidence.
    ///
    /// @param segmentsOf how many segments something of a padded size has
    public Outcome finish(Id caseId, Id exhibit, Finish finish, LongToIntFunction segmentsOf) {
        Optional<Outcome> before = transactions.call(() -> finished(caseId, exhibit, finish));
        if (before.isPresent()) {
            return before.get();
        }
        List<Integer> lost = lost(exhibit, transactions.call(() -> rows.segments(exhibit.hex())));
        return transactions.call(() -> {
            docket.lock(caseId.hex());
            Optional<Outcome> meanwhile = finished(caseId, exhibit, finish);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            UnfinishedRow row = row(caseId, exhibit);
            Map<Integer, UnfinishedRow.Segment> here = new HashMap<>();
            for (UnfinishedRow.Segment it : rows.segments(row.exhibit)) {
                if (lost.contains(it.number)) {
                    it.stored = false;
                } else if (it.stored) {
                    here.put(it.number, it);
                }
            }
            List<Integer> missing = new ArrayList<>();
            List<Cases.Segment> segments = new ArrayList<>();
            for (int n = 0; n < segmentsOf.applyAsInt(row.size); n++) {
                UnfinishedRow.Segment it = here.get(n);
                if (it == null) {
                    missing.add(n);
                } else {
                    segments.add(new Cases.Segment(it.size, Sha256.parse(it.digest)));
                }
            }
            if (!missing.isEmpty()) {
                return new Outcome.Missing(missing);
            }
            int number =
                    cases.entered(
                            new Cases.Arrival(
                                    caseId,
                                    exhibit,
                                    row.generation,
                                    finish.content(),
                                    row.size,
                                    segments,
                                    finish.label(),
                                    finish.stub()));
            rows.remove(row.exhibit);
            return new Outcome.Done(number, false);
        });
    }

    private Optional<Outcome> finished(Id caseId, Id exhibit, Finish finish) {
        Optional<ExhibitRow> row = docket.exhibit(exhibit.hex());
        if (row.isEmpty()) {
            return Optional.empty();
        }
        if (!row.get().caseId.equals(caseId.hex())
                || !cases.contentOf(caseId, exhibit).equals(finish.content())) {
            throw taken("Another exhibit was finished under this id.");
        }
        return Optional.of(new Outcome.Done(row.get().number, true));
    }

    /// Segments that rows say are stored, and that do not lie in the vault with their size: asked outside of any transaction.
    private List<Integer> lost(Id exhibit, List<UnfinishedRow.Segment> segments) {
        List<Integer> lost = new ArrayList<>();
        try {
            for (UnfinishedRow.Segment it : segments) {
                if (vault.size(SealedSegments.address(exhibit, it.number)).orElse(-1) != it.size) {
                    lost.add(it.number);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lost;
    }

    /// Gives up what was begun. Doing so again changes nothing.
    public void giveUp(Id caseId, Id exhibit) {
        List<Integer> sent =
                transactions.call(() -> {
                    docket.lock(caseId.hex());
                    if (rows.findByIdOptional(exhibit.hex())
                            .filter(it -> it.caseId.equals(caseId.hex()))
                            .isEmpty()) {
                        return List.<Integer>of();
                    }
                    List<Integer> numbers =
                            rows.segments(exhibit.hex()).stream().map(it -> it.number).toList();
                    rows.remove(exhibit.hex());
                    return numbers;
                });
        for (int number : sent) {
            transactions.call(() -> {
                // Under its id it may have been begun again meanwhile, and even be finished.
                docket.lock(caseId.hex());
                if (rows.findByIdOptional(exhibit.hex()).isEmpty()
                        && docket.exhibit(exhibit.hex()).isEmpty()) {
                    cases.discard(exhibit, List.of(number));
                }
                return number;
            });
        }
    }

    /// Forgets what its sender has left, a day before its first segments are removed as nobody's.
    @Scheduled(every = "1h", delayed = "7m")
    void forget() {
        LocalDate left = today().minusDays(Math.max(1, days - 1));
        for (UnfinishedRow row : transactions.call(() -> rows.begunBefore(left))) {
            giveUp(Id.parse(row.caseId), Id.parse(row.exhibit));
        }
    }

    private UnfinishedRow row(Id caseId, Id exhibit) {
        return rows.ofCase(caseId.hex(), exhibit.hex()).orElseThrow(Unfinished::nothing);
    }

    public static Refusal nothing() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "no-exhibit",
                "Nothing is begun under this id. What was begun some days ago is removed: begin it again.");
    }

    private LocalDate today() {
        return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static Refusal taken(String sentence) {
        return new Refusal(Refusal.Kind.CONFLICT, "taken", sentence);
    }
}
