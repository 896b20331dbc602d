package org.sigillo.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sigillo.custody.Entry;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.SignedCheckpoint;

/// Proofs about single entries in the last checkpoint, in the forms that other people's programs check
/// (`docs/spec/ledger.md` §7, §10). For auditors: the first form has the entry in it, and the other is
/// signed for whoever asks.
@Path("/audit")
final class ProofApi {
    private static final String COSE = "application/cose; cose-type=\"cose-sign1\"";

    private final Ledger ledger;

    ProofApi(Ledger ledger) {
        this.ledger = ledger;
    }

    /// A `c2sp.org/tlog-proof@v1`.
    @GET
    @Path("proof/{index: [0-9]+}")
    @RolesAllowed("auditor")
    public Response proof(@PathParam("index") String index) {
        return answer(number(index).flatMap(this::proven), "text/plain; charset=utf-8");
    }

    /// A COSE receipt of inclusion.
    @GET
    @Path("proof/{index: [0-9]+}.cose")
    @RolesAllowed("auditor")
    public Response receipt(@PathParam("index") String index) {
        return answer(number(index).flatMap(ledger.published()::coseReceipt), COSE);
    }

    /// A COSE receipt of consistency, from one published size to another.
    @GET
    @Path("consistency/{from: [0-9]+}/{to: [0-9]+}.cose")
    @RolesAllowed("auditor")
    public Response consistency(@PathParam("from") String from, @PathParam("to") String to) {
        return answer(
                number(from)
                        .flatMap(
                                a -> number(to).flatMap(b -> ledger.published().coseReceipt(a, b))),
                COSE);
    }

    private Optional<byte[]> proven(long index) {
        Optional<byte[]> entry = ledger.published().entry(index);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        return Optional.of(
                new ProvenEntry(
                                Entry.parse(entry.get()),
                                ledger.published().inclusion(index, last.checkpoint().size()))
                        .tlogProof(last.note())
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Long> number(String text) {
        return text.matches("0|[1-9][0-9]{0,14}")
                ? Optional.of(Long.parseLong(text))
                : Optional.empty();
    }

    /// The next checkpoint has another proof: nothing of it is to be kept.
    private static Response answer(Optional<byte[]> found, String type) {
        Response.ResponseBuilder answer =
                found.map(bytes -> Response.ok(bytes, type))
                        .orElseGet(() -> Response.status(Response.Status.NOT_FOUND));
        return answer.header("Cache-Control", "no-store").build();
    }
}
