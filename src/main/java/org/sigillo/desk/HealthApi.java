package org.sigillo.desk;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.people.Evidence;
import org.sigillo.people.People;

/// Whether the evidence is whole, for operators.
@Path("/api/health")
public final class HealthApi {
    private final Evidence evidence;
    private final People people;

    HealthApi(Evidence evidence, People people) {
        this.evidence = evidence;
        this.people = people;
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
                broken.map(it -> String.valueOf(it.getMessage())).orElseGet(this::unsealable));
    }

    private String unsealable() {
        return people.unsealable().stream()
                .map(it -> "Nothing can be sealed to " + it + ": enrol them anew.")
                .collect(Collectors.joining(" "));
    }
}
