package org.sigillo.desk;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
                ledger(),
                broken.isPresent() ? "broken" : "intact",
                broken.map(it -> String.valueOf(it.getMessage())).orElseGet(this::unsealable));
    }

    /// `waiting` and `beats`: sources' events that have no entry yet, and how many beats they will take.
    private Map<String, Object> ledger() {
        long waiting = evidence.waitingOfSources();
        Map<String, Object> ledger = new TreeMap<>();
        ledger.put("size", evidence.checkpoint().checkpoint().size());
        ledger.put("root", evidence.checkpoint().checkpoint().root().hex());
        ledger.put("waiting", waiting);
        ledger.put("beats", Math.ceilDiv(waiting, evidence.rules().k()));
        ledger.put("rules", evidence.rules());
        ledger.put("witnesses", evidence.witnesses());
        ledger.put("guarded", evidence.guarded());
        evidence.lastChecked()
                .ifPresent(it -> {
                    ledger.put("checkedAt", it.at().toString());
                    ledger.put("checkedSize", it.size());
                });
        return ledger;
    }

    private String unsealable() {
        return people.unsealable().stream()
                .map(it -> "Nothing can be sealed to " + it + ": enrol them anew.")
                .collect(Collectors.joining(" "));
    }
}
