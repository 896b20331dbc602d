package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;
import org.sigillo.vault.Vault;

/// The register of cases, as the newsroom needs it. Whatever it hands out was compared with its event.
@ApplicationScoped
public class CaseDesk {
    private final Ledger ledger;
    private final Vault vault;
    private final DocketRows rows;
    private final InstantSource clock;

    CaseDesk(Ledger ledger, Vault vault, DocketRows rows, InstantSource clock) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
        this.clock = clock;
    }

    /// A case in a reviewer's list.
    public record Listed(Id caseId, String day, int exhibits, long generation, List<Long> mine) {}

    /// One generation of a case key and who holds it.
    public record Generation(long generation, String recipient, List<Id> holders) {}

    /// A sealed exhibit.
    public record Sealed(
            Id exhibit,
            int number,
            String day,
            long generation,
            byte[] label,
            long size,
            List<Cases.Segment> segments,
            OptionalLong index) {}

    /// All of a case that its holder may have.
    public record View(
            Id caseId,
            List<Generation> generations,
            Map<Long, byte[]> grants,
            List<Sealed> exhibits) {}

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
        List<Listed> listed = new ArrayList<>();
        for (CaseRow row : rows.grantedTo(person.hex())) {
            int exhibits = Math.toIntExact(rows.exhibitCount(row.id));
            if (exhibits > 0) {
                listed.add(
                        new Listed(
                                Id.parse(row.id),
                                row.day,
                                exhibits,
                                rows.newest(row.id).generation,
                                rows.grants(row.id).stream()
                                        .filter(grant -> grant.person.equals(person.hex()))
                                        .map(grant -> grant.generation)
                                        .toList()));
            }
        }
        return listed;
    }

    /// A case, for one who holds a grant of it.
    @Transactional
    public View view(Id person, Id caseId) {
        List<Recorded> events = ledger.ofCase(caseId);
        List<GrantRow> grants = held(person, caseId);
        Map<Long, byte[]> mine = new TreeMap<>();
        for (GrantRow grant : grants) {
            if (grant.person.equals(person.hex())) {
                same("grant of case " + caseId, granted(events, grant), Sha256.of(grant.sealed));
                mine.put(grant.generation, grant.sealed.clone());
            }
        }
        List<Generation> generations =
                rows.generations(caseId.hex()).stream()
                        .map(row -> {
                            same(
                                    "recipient of case " + caseId,
                                    recipient(events, caseId, row.generation),
                                    Genesis.recipientHash(row.recipient));
                            return new Generation(
                                    row.generation,
                                    row.recipient,
                                    grants.stream()
                                            .filter(g -> g.generation == row.generation)
                                            .map(g -> Id.parse(g.person))
                                            .toList());
                        })
                        .toList();
        List<Sealed> exhibits = rows.exhibits(caseId.hex()).stream().map(this::sealed).toList();
        return new View(caseId, generations, mine, exhibits);
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
        List<GrantRow> held = held(person, caseId);
        long newest = rows.newest(caseId.hex()).generation;
        if (made.generation() != newest + 1) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "first-wins",
                    "A colleague made this generation first. Load the case again.");
        }
        Acts acts = new Acts(ledger, clock, person, caseId, trust);
        Set<Id> expected = new HashSet<>();
        held.stream()
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
                "case.generation/" + caseId + "/" + made.generation(),
                made.nonce(),
                new CustodyEvent.GenerationMade(
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
        List<GrantRow> held = held(person, caseId);
        Set<GrantRow.Key> known = new HashSet<>();
        held.forEach(it -> known.add(new GrantRow.Key(it.caseId, it.generation, it.person)));
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
        boolean holds =
                rows.grants(row.caseId).stream()
                        .anyMatch(g ->
                                g.person.equals(person.hex()) && g.generation == row.generation);
        List<Cases.Segment> segments = segments(row.segments);
        if (!holds || number >= segments.size()) {
            throw notHeld();
        }
        String day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        ledger.append(
                Draft.byPerson(
                        "exhibit.fetched/" + exhibit + "/" + person + "/" + day,
                        person,
                        Optional.of(caseId),
                        nonce ->
                                new CustodyEvent.ExhibitFetched(Entry.exhibitTag(nonce, exhibit))));
        return new Fetched(
                segments.get(number).size(), vault.open("segments/" + exhibit + "/" + number));
    }

    private void give(Id caseId, Acts acts, Given grant) {
        acts.enter(
                "grant.given/" + caseId + "/" + grant.generation() + "/" + grant.person(),
                grant.nonce(),
                new CustodyEvent.GrantGiven(
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

    private List<GrantRow> held(Id person, Id caseId) {
        List<GrantRow> grants = rows.grants(caseId.hex());
        if (grants.stream().noneMatch(grant -> grant.person.equals(person.hex()))) {
            throw notHeld();
        }
        return grants;
    }

    private Sealed sealed(ExhibitRow row) {
        Id exhibit = Id.parse(row.id);
        Recorded recorded =
                ledger.find(Cases.key(exhibit))
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        "exhibit " + exhibit, "an event", "none"));
        if (!(recorded.event().fact() instanceof CustodyEvent.ExhibitSealed fact)) {
            throw new BrokenEvidenceException("exhibit " + exhibit, "exhibit.sealed", "another");
        }
        same("label of exhibit " + exhibit, fact.label(), Sha256.of(row.label));
        return new Sealed(
                exhibit,
                row.number,
                row.day,
                row.generation,
                row.label.clone(),
                row.size,
                segments(row.segments),
                recorded.publishedIndex());
    }

    private static List<Cases.Segment> segments(String text) {
        List<Cases.Segment> segments = new ArrayList<>();
        for (String one : text.split(" ", -1)) {
            int colon = one.indexOf(':');
            segments.add(
                    new Cases.Segment(
                            Long.parseLong(one.substring(0, colon)),
                            Sha256.parse(one.substring(colon + 1))));
        }
        return segments;
    }

    private static Sha256 granted(List<Recorded> events, GrantRow grant) {
        return events.stream()
                .map(recorded -> recorded.event().fact())
                .filter(CustodyEvent.GrantGiven.class::isInstance)
                .map(CustodyEvent.GrantGiven.class::cast)
                .filter(it ->
                        it.generation() == grant.generation
                                && it.person().hex().equals(grant.person))
                .map(CustodyEvent.GrantGiven::grant)
                .findFirst()
                .orElseThrow(() ->
                        new BrokenEvidenceException(
                                "grant to " + grant.person, "an event", "none"));
    }

    private static Sha256 recipient(List<Recorded> events, Id caseId, long generation) {
        for (Recorded recorded : events) {
            Optional<Sha256> hash = Cases.recipient(recorded.event().fact(), generation);
            if (hash.isPresent()) {
                return hash.get();
            }
        }
        throw new BrokenEvidenceException(
                "case " + caseId, "an event of generation " + generation, "none");
    }

    private static void same(String where, Sha256 expected, Sha256 found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.hex(), found.hex());
        }
    }

    private static Refusal notHeld() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "not-granted",
                "You were not granted this. A colleague who holds it can let you open it.");
    }
}
