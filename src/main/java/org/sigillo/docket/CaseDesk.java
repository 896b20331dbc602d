package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// The register of cases, as the newsroom needs it. Whatever it hands out was compared with its event.
@ApplicationScoped
public class CaseDesk {
    private final Ledger ledger;
    private final SegmentReader segments;
    private final DocketRows rows;
    private final InstantSource clock;

    CaseDesk(Ledger ledger, SegmentReader segments, DocketRows rows, InstantSource clock) {
        this.ledger = ledger;
        this.segments = segments;
        this.rows = rows;
        this.clock = clock;
    }

    /// A case in a reviewer's list.
    ///
    /// @param wishes of its source, to which no reviewer has seen yet
    public record Listed(
            Id caseId,
            String day,
            int exhibits,
            long generation,
            List<Long> mine,
            List<CaseEvent.Wish> wishes) {}

    /// One generation of a case key and who holds it.
    public record Generation(long generation, String recipient, List<Id> holders) {}

    /// A sealed exhibit.
    ///
    /// @param damaged numbers of segments that the vault has lost or altered or no longer gives back
    public record Sealed(
            Id exhibit,
            int number,
            String day,
            long generation,
            byte[] label,
            long size,
            List<Cases.Segment> segments,
            SortedSet<Integer> damaged,
            OptionalLong index) {}

    /// All of a case that its holder may have.
    ///
    /// @param source the source's own recipient, to which replies are sealed, too
    /// @param takenUp the day on which a reviewer took it up
    public record View(
            Id caseId,
            String source,
            List<Generation> generations,
            Map<Long, byte[]> grants,
            List<Sealed> exhibits,
            List<Replies.Reply> replies,
            List<Wishes.Wish> wishes,
            Optional<LocalDate> takenUp) {}

    /// A generation's secret half, sealed to a person by another, who signs for it.
    public record Given(
            Id person, long generation, byte[] sealed, Nonce nonce, Statement statement) {}

    /// A new generation's public half, and its signed act.
    public record Made(long generation, String recipient, Nonce nonce, Statement statement) {}

    /// A sealed segment on its way out.
    public record Fetched(long size, InputStream bytes) {}

    /// The cases with exhibits that this person was granted.
    @Transactional
    public List<Listed> grantedTo(Id person) {
        return rows.grantedTo(person.hex()).stream()
                .map(row -> listed(person, Narrow.without(ledger, rows, row)))
                .filter(it -> it.exhibits() > 0)
                .sorted(Comparator.comparing(Listed::day).thenComparing(it -> it.caseId().hex()))
                .toList();
    }

    private static Listed listed(Id person, Narrow.Part part) {
        CheckedCase it = part.known();
        return new Listed(
                it.caseId(),
                it.day(),
                Math.toIntExact(part.exhibits()),
                it.newest().generation,
                it.grants().stream()
                        .filter(grant -> grant.person.equals(person.hex()))
                        .map(grant -> grant.generation)
                        .toList(),
                it.wishes().stream()
                        .filter(wish -> wish.settled().isEmpty())
                        .map(Wishes.Wish::wish)
                        .toList());
    }

    /// A case, for one who holds a grant of it.
    @Transactional
    public View view(Id person, Id caseId) {
        return view(person, caseId, held(person, caseId, row -> CheckedCase.of(ledger, rows, row)));
    }

    /// The same with so many of its exhibits, from this number on.
    @Transactional
    public View view(Id person, Id caseId, int from, int most) {
        return view(
                person,
                caseId,
                held(person, caseId, row -> Narrow.withDamage(ledger, rows, row, from, most)));
    }

    private static View view(Id person, Id caseId, CheckedCase held) {
        Map<Long, byte[]> mine = new TreeMap<>();
        for (GrantRow grant : held.grants()) {
            if (grant.person.equals(person.hex())) {
                mine.put(grant.generation, grant.sealed.clone());
            }
        }
        List<Generation> generations =
                held.generations().stream()
                        .map(row ->
                                new Generation(
                                        row.generation,
                                        row.recipient,
                                        held.grants().stream()
                                                .filter(g -> g.generation == row.generation)
                                                .map(g -> Id.parse(g.person))
                                                .toList()))
                        .toList();
        return new View(
                caseId,
                held.source(),
                generations,
                mine,
                held.exhibits().stream().map(CaseDesk::sealed).toList(),
                Replies.of(held),
                held.wishes(),
                held.takenUp());
    }

    /// Makes the next generation: the first request wins. Everyone who counts and holds the one
    /// before is granted it, nobody else.
    ///
    /// @param trust who counts, once a case's own signed events are followed too; read again under
    ///     the guards' lock
    @Transactional
    public void generation(
            Id person,
            Id caseId,
            Function<List<Recorded>, Trust> trust,
            Made made,
            List<Given> grants) {
        Genesis.requireRecipient(made.recipient());
        ledger.lockGuards();
        CheckedCase known = held(person, caseId);
        long newest = known.newest().generation;
        if (made.generation() != newest + 1) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "first-wins",
                    "A colleague made this generation first. Load the case again.");
        }
        Acts acts = new Acts(ledger, clock, person, caseId, trust);
        Set<Id> expected = new HashSet<>();
        known.grants().stream()
                .filter(grant -> grant.generation == newest)
                .map(grant -> Id.parse(grant.person))
                .filter(acts::countsAsReviewer)
                .forEach(expected::add);
        Set<Id> given = new HashSet<>(grants.stream().map(Given::person).toList());
        if (!expected.contains(person)) {
            throw notHeld();
        }
        if (!given.equals(expected)
                || grants.size() != expected.size()
                || grants.stream().anyMatch(grant -> grant.generation() != made.generation())) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "grants",
                    "The people who hold this case have changed. Load the case again.");
        }
        acts.enter(
                Cases.generation(caseId, made.generation()),
                made.nonce(),
                new CaseEvent.GenerationMade(
                        made.generation(),
                        Genesis.recipientHash(made.recipient()),
                        made.statement()));
        rows.add(new GenerationRow(caseId.hex(), made.generation(), made.recipient()));
        grants.forEach(grant -> give(caseId, acts, grant));
    }

    /// Lets later colleagues open what the giver can open.
    ///
    /// @param trust as for a generation
    @Transactional
    public void grant(
            Id person, Id caseId, Function<List<Recorded>, Trust> trust, List<Given> grants) {
        ledger.lockGuards();
        Set<GrantRow.Key> known = new HashSet<>();
        held(person, caseId)
                .grants()
                .forEach(it -> known.add(new GrantRow.Key(it.caseId, it.generation, it.person)));
        Acts acts = new Acts(ledger, clock, person, caseId, trust);
        for (Given grant : grants) {
            if (!known.contains(key(caseId, grant.generation(), person))) {
                throw notHeld();
            }
            if (!acts.countsAsReviewer(grant.person())) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "does-not-count",
                        "This colleague does not count as a reviewer yet.");
            }
            // Twice in one request is no better than twice in two.
            if (!known.add(key(caseId, grant.generation(), grant.person()))) {
                throw new Refusal(
                        Refusal.Kind.CONFLICT,
                        "first-wins",
                        "This colleague holds it already. Load the case again.");
            }
            give(caseId, acts, grant);
        }
    }

    /// A sealed segment, for a holder of its generation; its first fetch a day is an event.
    @Transactional
    public Fetched segment(Id person, Id exhibit, int number) throws IOException {
        ExhibitRow row = rows.exhibit(exhibit.hex()).orElseThrow(CaseDesk::notHeld);
        Id caseId = Id.parse(row.caseId);
        CheckedCase held = held(person, caseId);
        List<Cases.Segment> known =
                Narrow.exhibit(ledger, rows, rows.byId(row.caseId), () -> Optional.of(row))
                        .orElseThrow(CaseDesk::notHeld)
                        .segments();
        requireHolder(held, person, row.generation);
        if (number >= known.size()) {
            throw notHeld();
        }
        String day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        // What is not there is not fetched: opened before it is entered.
        Fetched fetched =
                new Fetched(
                        known.get(number).size(),
                        segments.open(
                                new SealedSegments.Segment(caseId, exhibit, number),
                                known.get(number).digest()));
        try {
            ledger.append(
                    Draft.byPerson(
                            "exhibit.fetched/" + exhibit + "/" + person + "/" + day,
                            person,
                            Optional.of(caseId),
                            nonce ->
                                    new CaseEvent.ExhibitFetched(
                                            Entry.exhibitTag(nonce, exhibit))));
        } catch (RuntimeException e) {
            fetched.bytes().close();
            throw e;
        }
        return fetched;
    }

    /// Takes a case up: its exhibits are kept for as long as the newsroom keeps what it works on.
    /// Doing so again changes nothing.
    @Transactional
    public void takeUp(Id person, Id caseId) {
        CheckedCase held = held(person, caseId);
        if (held.takenUp().isEmpty()) {
            ledger.append(
                    Draft.byPerson(
                            "case.taken-up/" + caseId + "/" + person,
                            person,
                            Optional.of(caseId),
                            nonce -> new CaseEvent.TakenUp()));
        }
    }

    private void give(Id caseId, Acts acts, Given grant) {
        acts.enter(
                "grant.given/" + caseId + "/" + grant.generation() + "/" + grant.person(),
                grant.nonce(),
                new CaseEvent.GrantGiven(
                        grant.person(),
                        grant.generation(),
                        Sha256.of(grant.sealed()),
                        Optional.of(grant.statement())));
        rows.add(
                new GrantRow(
                        caseId.hex(), grant.generation(), grant.person().hex(), grant.sealed()));
    }

    private static GrantRow.Key key(Id caseId, long generation, Id person) {
        return new GrantRow.Key(caseId.hex(), generation, person.hex());
    }

    /// The case without its exhibits, for one who holds a grant of it.
    CheckedCase held(Id person, Id caseId) {
        return held(person, caseId, row -> Narrow.without(ledger, rows, row).known());
    }

    private CheckedCase held(Id person, Id caseId, Function<CaseRow, CheckedCase> reading) {
        CheckedCase held =
                rows.findByIdOptional(caseId.hex()).map(reading).orElseThrow(CaseDesk::notHeld);
        if (held.grants().stream().noneMatch(grant -> grant.person.equals(person.hex()))) {
            throw notHeld();
        }
        return held;
    }

    /// That this person was granted this generation.
    void requireHolder(CheckedCase held, Id person, long generation) {
        if (held.grants().stream()
                .noneMatch(g -> g.person.equals(person.hex()) && g.generation == generation)) {
            throw notHeld();
        }
    }

    private static Sealed sealed(CheckedCase.Held held) {
        return new Sealed(
                held.id(),
                held.row().number,
                held.day(),
                held.row().generation,
                held.row().label.clone(),
                held.row().size,
                held.segments(),
                held.damaged(),
                held.event().publishedIndex());
    }

    private static Refusal notHeld() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "not-granted",
                "You were not granted this. A colleague who holds it can let you open it.");
    }
}
