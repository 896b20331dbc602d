package org.sigillo.desk;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.people.Evidence;

/// Whether the evidence is whole, for operators.
@Path("/api/health")
public final class HealthApi {
    private final Evidence evidence;

    HealthApi(Evidence evidence) {
        this.evidence = evidence;
    }

    record View(Map<String, Object> ledger, String evidence, String detail) {}

    @GET
    @RolesAllowed("administrator")
    public View health() {
        return view(evidence.broken());
    }

    @POST
    @Path("check")
    @RolesAllowed("administrator")
    public View check() {
        return view(evidence.check());
    }

    private View view(Optional<BrokenEvidenceException> broken) {
        return new View(
                Map.of(
                        "size", evidence.checkpoint().checkpoint().size(),
                        "root", evidence.checkpoint().checkpoint().root().hex()),
                broken.isPresent() ? "broken" : "intact",
                broken.map(it -> String.valueOf(it.getMessage())).orElse(""));
    }
}
