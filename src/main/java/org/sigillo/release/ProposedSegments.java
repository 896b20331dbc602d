package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.vault.Holdings;

/// The sealed segments of drafts and proposals: work in hand, which stays in staging.
@ApplicationScoped
class ProposedSegments implements Holdings {
    private final ReleaseRows rows;

    ProposedSegments(ReleaseRows rows) {
        this.rows = rows;
    }

    @Override
    public String prefix() {
        return "proposals";
    }

    @Override
    public void forEach(Consumer<Held> visitor) {
        QuarkusTransaction.requiringNew()
                .call(rows::everySegment)
                .forEach(row ->
                        visitor.accept(
                                new Held(
                                        Opening.address(Id.parse(row.release), row.number),
                                        Sha256.parse(row.digest),
                                        false,
                                        Optional.empty())));
    }
}
