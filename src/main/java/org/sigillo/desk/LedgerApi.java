package org.sigillo.desk;

import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.people.Evidence;

/// What a desk checks before it seals or signs.
@Path("/api/ledger")
public final class LedgerApi {
    private final Evidence evidence;

    LedgerApi(Evidence evidence) {
        this.evidence = evidence;
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

    private static List<String> texts(List<Sha256> hashes) {
        return hashes.stream().map(Sha256::hex).toList();
    }
}
