package org.sigillo.desk;

import io.quarkus.security.Authenticated;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.people.Evidence;
import org.sigillo.people.LedgerExport;

/// What a desk checks before it seals or signs.
@Path("/api/ledger")
public final class LedgerApi {
    private final Evidence evidence;

    private final LedgerExport export;

    LedgerApi(Evidence evidence, LedgerExport export) {
        this.evidence = evidence;
        this.export = export;
    }

    record Consistency(List<String> proof) {}

    record Entry(long index, String bytes, List<String> proof) {}

    record People(String checkpoint, List<Entry> entries) {}

    @GET
    @Path("checkpoint")
    @Produces(MediaType.TEXT_PLAIN)
    @Authenticated
    public String checkpoint() {
        return evidence.checkpoint().note();
    }

    @GET
    @Path("consistency")
    @Authenticated
    public Consistency consistency(@QueryParam("from") long from, @QueryParam("to") long to) {
        return new Consistency(texts(evidence.consistency(from, to)));
    }

    @GET
    @Path("people")
    @Authenticated
    public People people() {
        Evidence.OfPeople people = evidence.ofPeople();
        return new People(
                people.checkpoint(),
                people.entries().stream()
                        .map(it -> new Entry(it.index(), Base64.of(it.bytes()), texts(it.proof())))
                        .toList());
    }

    /// All of the ledger, for an auditor who is signed in; programs ask the audit door.
    @GET
    @Path("export")
    @RolesAllowed("auditor")
    public Response export() {
        StreamingOutput body = export::write;
        return Response.ok(body, LedgerExport.TYPE)
                .header("Content-Disposition", LedgerExport.DISPOSITION)
                .build();
    }

    private static List<String> texts(List<Sha256> hashes) {
        return hashes.stream().map(Sha256::hex).toList();
    }
}
