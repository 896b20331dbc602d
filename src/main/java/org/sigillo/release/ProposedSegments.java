package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.vault.Holdings;

/// The sealed segments of drafts and proposals: work in hand, which stays in staging.
@ApplicationScoped
class ProposedSegments implements Holdings {
    private final ReleaseRows rows;
    private final Standing standing;

    ProposedSegments(ReleaseRows rows, Standing standing) {
        this.rows = rows;
        this.standing = standing;
    }

    @Override
    public String prefix() {
        return "proposals";
    }

    @Override
    public void heldOf(List<String> addresses, Consumer<Held> visitor) {
        standing.withProposed(
                addresses,
                QuarkusTransaction.requiringNew().call(rows::proposed),
                visitor,
                known -> Holdings.super.heldOf(addresses, known));
    }

    @Override
    public void forEach(Consumer<Held> visitor) {
        Holdings.visit(
                QuarkusTransaction.requiringNew().call(rows::everySegment),
                row ->
                        visitor.accept(
                                new Held(
                                        Opening.address(Id.parse(row.release), row.number),
                                        Sha256.parse(row.digest),
                                        false,
                                        Optional.empty())));
    }
}
