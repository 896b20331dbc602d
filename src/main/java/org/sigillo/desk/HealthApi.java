package org.sigillo.desk;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.health.api.Wellness;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.docket.DocketCheck;
import org.sigillo.people.Evidence;
import org.sigillo.people.People;
import org.sigillo.testimony.Answers;

/// Whether the evidence is whole, for operators.
@Path("/api/health")
public final class HealthApi {
    private final Evidence evidence;
    private final People people;
    private final DocketCheck docket;
    private final HealthCheck intake;

    /// @param intake what the sources' door says of itself to whoever watches the server
    HealthApi(
            Evidence evidence,
            People people,
            DocketCheck docket,
            @Wellness @Identifier("intake") HealthCheck intake) {
        this.evidence = evidence;
        this.docket = docket;
        this.people = people;
        this.intake = intake;
    }

    /// @param intake what becomes of newcomers at the sources' door, as this replica sees it
    record View(
            Map<String, Object> ledger,
            Map<String, Object> intake,
            String evidence,
            String detail) {}

    @GET
    @RolesAllowed("administrator")
    public View health() {
        return view();
    }

    @POST
    @Path("check")
    @RolesAllowed("administrator")
    public View check() {
        evidence.check();
        docket.report();
        return view();
    }

    /// Says what is broken whatever it is: the rest stands there as far as it can be read.
    private View view() {
        Map<String, Object> ledger = new TreeMap<>();
        String detail = "";
        try {
            fill(ledger);
            detail = unsealable();
        } catch (BrokenEvidenceException e) {
            evidence.report(e);
        }
        Optional<BrokenEvidenceException> broken = evidence.broken();
        return new View(
                ledger,
                new TreeMap<>(intake.call().getData().orElse(Map.of())),
                broken.isPresent() ? "broken" : "intact",
                broken.map(it -> String.valueOf(it.getMessage())).orElse(detail));
    }

    /// `waiting` and `beats`: sources' events that have no entry yet, and how many beats they will take.
    private void fill(Map<String, Object> ledger) {
        ledger.put("rules", evidence.rules());
        Answers others = evidence.witnesses();
        ledger.put("witnesses", others.words());
        others.unwitnessed().ifPresent(since -> ledger.put("unwitnessedSince", since.toString()));
        Map<String, String> unstamped = new TreeMap<>();
        others.unstamped().forEach((name, since) -> unstamped.put(name, since.toString()));
        ledger.put("unstampedSince", unstamped);
        ledger.put("guarded", evidence.guarded());
        evidence.lastChecked()
                .ifPresent(it -> {
                    ledger.put("checkedAt", it.at().toString());
                    ledger.put("checkedSize", it.size());
                });
        long waiting = evidence.waitingOfSources();
        ledger.put("waiting", waiting);
        ledger.put("beats", Math.ceilDiv(waiting, evidence.rules().k()));
        evidence.signed()
                .ifPresent(last -> {
                    ledger.put("size", last.checkpoint().size());
                    ledger.put("root", last.checkpoint().root().hex());
                });
    }

    private String unsealable() {
        return people.unsealable().stream()
                .map(it -> "Nothing can be sealed to " + it + ": enrol them anew.")
                .collect(Collectors.joining(" "));
    }
}
