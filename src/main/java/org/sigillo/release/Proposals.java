package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.people.People;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.vault.Vault;

/// From a draft to a proposal: sealed segments come in one by one, then one signed act freezes them.
@ApplicationScoped
public class Proposals {
    private static final int ROUND = 1;

    private final Ledger ledger;
    private final Vault vault;
    private final People people;
    private final ReleaseRows rows;
    private final Standing standing;
    private final Guards guards;
    private final long reserve;

    Proposals(
            Ledger ledger,
            Vault vault,
            People people,
            ReleaseRows rows,
            Standing standing,
            Guards guards,
            @ConfigProperty(name = "sigillo.vault.reserve") long reserve) {
        this.ledger = ledger;
        this.vault = vault;
        this.people = people;
        this.rows = rows;
        this.standing = standing;
        this.guards = guards;
        this.reserve = reserve;
    }

    /// What is proposed, as its proposer signed it.
    ///
    /// @param recipient `age1pq1…` of the reading key
    /// @param segments digests of all segments, the manifest's first
    /// @param grants the reading key, sealed to each reader
    public record Proposed(
            Sha256 manifest,
            long items,
            String recipient,
            List<Sha256> segments,
            Map<Id, byte[]> grants,
            Nonce nonce,
            Statement statement) {
        public Proposed {
            segments = List.copyOf(segments);
            grants = Map.copyOf(grants);
        }
    }

    /// Begins a release under an id that the drafter's machine drew.
    public void draft(Id person, Id release) {
        QuarkusTransaction.requiringNew()
                .run(() -> {
                    ledger.lockGuards();
                    Optional<DraftRow> known = rows.findByIdOptional(release.hex());
                    if (known.isEmpty()) {
                        rows.add(new DraftRow(release.hex(), person.hex()));
                    } else if (!known.get().drafter.equals(person.hex())) {
                        throw Guards.conflict(
                                "first-wins", "This release exists. Begin one under another id.");
                    }
                });
    }

    /// Stores one sealed segment of the caller's own draft. The same bytes again change nothing.
    ///
    /// @param expected what `Content-Digest` promised
    /// @throws IOException if the body breaks off or the vault fails: then nothing of it stays
    public void put(Id person, Id release, int number, Sha256 expected, InputStream body)
            throws IOException {
        QuarkusTransaction.requiringNew().run(() -> mustBeDraft(person, release));
        if (vault.free() < reserve) {
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "disk-full",
                    "The server's store is nearly full. Tell an operator, then propose again.");
        }
        Vault.Stored stored = store(Opening.address(release, number), expected, body);
        QuarkusTransaction.requiringNew()
                .run(() -> {
                    ledger.lockGuards();
                    mustBeDraft(person, release);
                    if (rows.segment(release.hex(), number).isEmpty()) {
                        rows.add(
                                new DraftSegmentRow(
                                        release.hex(),
                                        number,
                                        stored.size(),
                                        stored.digest().hex()));
                    }
                });
    }

    private Vault.Stored store(String address, Sha256 expected, InputStream body)
            throws IOException {
        Vault.Writer writer = vault.create(address);
        try {
            Digesting bytes = new Digesting(body);
            byte[] buffer = new byte[64 * 1024];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                writer.write(buffer, 0, read);
            }
            if (bytes.count() == 0 || !bytes.digest().equals(expected)) {
                throw new Refusal(
                        Refusal.Kind.MALFORMED,
                        "digest",
                        "The segment did not arrive as it was sent. Send it again.");
            }
            return writer.commit();
        } catch (FileAlreadyExistsException e) {
            throw Guards.conflict(
                    "first-wins", "This segment is there with other bytes. Begin a new release.");
        } finally {
            writer.abort();
        }
    }

    /// Freezes a draft: from here on it is in the ledger, and its readers can open it.
    public void propose(Id person, Id release, Proposed proposed) {
        guards.transition(
                person,
                release,
                () -> {
                    mustBeDraft(person, release);
                    Guards.about(proposed.statement().claims(), release, proposed.manifest());
                    HybridRecipient.parse(proposed.recipient());
                    sameSegments(release, proposed);
                    Trust trust = people.trust();
                    sameReaders(trust, person, proposed);
                    Map<Id, Sha256> grants = new HashMap<>();
                    proposed.grants().forEach((to, sealed) -> grants.put(to, Sha256.of(sealed)));
                    ReleaseEvent.Proposed fact =
                            new ReleaseEvent.Proposed(
                                    release,
                                    ROUND,
                                    proposed.manifest(),
                                    proposed.items(),
                                    Entry.root(proposed.segments()),
                                    proposed.segments().size(),
                                    Genesis.recipientHash(proposed.recipient()),
                                    grants,
                                    proposed.statement());
                    guards.holds(trust, person, fact);
                    ledger.append(
                            Draft.signed(
                                    "release.proposed/" + release + "/" + ROUND,
                                    person,
                                    Optional.empty(),
                                    proposed.nonce(),
                                    fact));
                    rows.add(new ProposalRow(release.hex(), proposed.recipient()));
                    proposed.grants()
                            .forEach((to, sealed) ->
                                    rows.add(new ReadingGrantRow(release.hex(), to.hex(), sealed)));
                    return release;
                });
    }

    private void sameSegments(Id release, Proposed proposed) {
        List<DraftSegmentRow> stored = rows.segments(release.hex());
        boolean same = stored.size() == proposed.segments().size();
        for (int i = 0; same && i < stored.size(); i++) {
            DraftSegmentRow row = stored.get(i);
            same = row.number == i && row.digest.equals(proposed.segments().get(i).hex());
        }
        if (!same || proposed.items() < 1 || stored.size() < 2) {
            throw Guards.conflict(
                    "segments",
                    "Not every segment of this proposal has arrived as it was sealed. Propose it"
                            + " again.");
        }
    }

    private static void sameReaders(Trust trust, Id proposer, Proposed proposed) {
        Set<Id> readers = new HashSet<>(Set.of(proposer));
        trust.people().stream()
                .filter(it -> it.roles().contains(Role.EDITOR) || it.roles().contains(Role.COUNSEL))
                .forEach(it -> readers.add(it.id()));
        if (!readers.equals(proposed.grants().keySet())) {
            throw Guards.conflict(
                    "grants",
                    "The people who must be able to read this have changed. Propose it again.");
        }
    }

    private void mustBeDraft(Id person, Id release) {
        DraftRow draft = rows.findByIdOptional(release.hex()).orElseThrow(Guards::unknown);
        if (!draft.drafter.equals(person.hex())) {
            throw Guards.unknown();
        }
        // A row without a standing: it was proposed in a ledger that is closed now.
        if (standing.of(release).isPresent() || rows.proposal(release.hex()).isPresent()) {
            throw Guards.conflict(
                    "proposed",
                    "This release is proposed already and cannot change. Begin a new one.");
        }
    }
}
