package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Releases;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Vault;

/// The register of releases, as the newsroom reads it.
@ApplicationScoped
public class ReleaseDesk {
    private final Ledger ledger;
    private final Vault vault;
    private final ReleaseRows rows;
    private final Standing standing;
    private final Reading reading;
    private final InstantSource clock;

    ReleaseDesk(
            Ledger ledger,
            Vault vault,
            ReleaseRows rows,
            Standing standing,
            Reading reading,
            InstantSource clock) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
        this.standing = standing;
        this.reading = reading;
        this.clock = clock;
    }

    /// One stored segment of a proposal.
    public record Segment(long size, Sha256 digest) {}

    /// A sealed segment on its way out.
    public record Fetched(long size, InputStream bytes) {}

    /// A proposal as one person may see it.
    ///
    /// @param grant the reading key sealed to them, if they were given it
    /// @param quorum approvals that a release needs
    public record View(
            Releases.Release release,
            String recipient,
            List<Segment> segments,
            Optional<byte[]> grant,
            long quorum) {}

    /// Every proposed release.
    public List<Releases.Release> all() {
        return standing.all();
    }

    public View view(Id person, Id release) {
        Releases.Release known = known(release);
        ReleaseEvent.Proposed proposal = known.proposal();
        return new View(
                known,
                reading.recipient(release, proposal),
                reading.stored(release, proposal).stream()
                        .map(it -> new Segment(it.size(), it.digest()))
                        .toList(),
                reading.grant(release, person, proposal),
                ledger.rules().quorum());
    }

    /// A sealed segment, for those to whom the reading key was granted; the first of a proposal that
    /// somebody takes in a day is an event.
    public Fetched segment(Id person, Id release, int number) throws IOException {
        ReleaseEvent.Proposed proposal = known(release).proposal();
        if (!proposal.grants().containsKey(person) || number >= proposal.segments()) {
            throw Guards.unknown();
        }
        String address = Opening.address(release, number);
        String day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        // What is not there is not fetched: opened before it is entered.
        Fetched fetched = new Fetched(vault.size(address).orElse(0), vault.open(address));
        try {
            ledger.append(
                    Draft.byPerson(
                            "release.fetched/" + release + "/" + person + "/" + day,
                            person,
                            Optional.empty(),
                            nonce -> new ReleaseEvent.Fetched(release)));
        } catch (RuntimeException e) {
            fetched.bytes().close();
            throw e;
        }
        return fetched;
    }

    public Releases.State state(Id release) {
        return known(release).state();
    }

    /// Whether the public sees it.
    @Transactional
    public boolean shown(Id release) {
        return rows.reached(release.hex(), StepRow.SHOWN);
    }

    private Releases.Release known(Id release) {
        return standing.of(release).orElseThrow(Guards::unknown);
    }
}
