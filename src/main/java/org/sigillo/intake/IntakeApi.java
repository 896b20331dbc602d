package org.sigillo.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.Unfinished;
import org.sigillo.people.Evidence;
import org.sigillo.people.People;

/// What a sender's program must know before it seals, with the proofs (`docs/spec/drop-api.md` §2).
@Path("/drop/api/intake")
@RunOnVirtualThread
public final class IntakeApi {
    private final Senders senders;
    private final Evidence evidence;
    private final People people;
    private final long limit;
    private final int shortest;
    private final ObjectMapper json;
    private @Nullable Said last;

    IntakeApi(
            Senders senders,
            Evidence evidence,
            People people,
            ObjectMapper json,
            @ConfigProperty(name = "sigillo.intake.limit") long limit,
            @ConfigProperty(name = "sigillo.intake.first-message") int shortest) {
        this.senders = senders;
        this.evidence = evidence;
        this.people = people;
        this.json = json;
        this.limit = limit;
        this.shortest = shortest;
    }

    /// The answer for all who ask as long as this is the last checkpoint.
    private record Said(String note, byte[] json) {}

    record EntryView(long index, String bytes, List<String> proof) {}

    record PeopleView(String checkpoint, List<EntryView> entries) {
        static PeopleView of(Evidence.OfPeople it) {
            return new PeopleView(
                    it.checkpoint(),
                    it.entries().stream()
                            .map(entry ->
                                    new EntryView(
                                            entry.index(),
                                            Base64.of(entry.bytes()),
                                            entry.proof().stream().map(Sha256::hex).toList()))
                            .toList());
        }
    }

    record ReceiverView(String person, String recipient) {}

    /// @param beat in seconds
    /// @param closed base64 of entry 0 of each ledger that was closed before, the oldest first
    /// @param files that one source may have begun and not finished
    /// @param firstMessage characters that a case's first message must have
    /// @param limit bytes of an exhibit
    record View(
            long beat,
            List<String> closed,
            int files,
            int firstMessage,
            String genesis,
            String instance,
            long limit,
            String origin,
            PeopleView people,
            List<ReceiverView> receivers) {}

    record Consistency(List<String> proof) {}

    /// That the ledger which was shown before begins the one that is shown now.
    @GET
    @Path("consistency/{from: [0-9]{1,15}}/{to: [0-9]{1,15}}")
    @PermitAll
    public Consistency consistency(@PathParam("from") long from, @PathParam("to") long to) {
        return new Consistency(evidence.consistency(from, to).stream().map(Sha256::hex).toList());
    }

    @GET
    @PermitAll
    public Response intake() {
        senders.requireOpen();
        return Response.ok(lately(evidence.note()), MediaType.APPLICATION_JSON).build();
    }

    /// All of it follows from what is published, and costs a proof for each entry.
    private synchronized byte[] lately(String note) {
        Said said = last;
        if (said == null || !said.note().equals(note)) {
            said = new Said(note, written());
            last = said;
        }
        return said.json();
    }

    private byte[] written() {
        try {
            return json.writeValueAsBytes(view());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is said at the door has no JSON", e);
        }
    }

    private View view() {
        return new View(
                evidence.rules().beat(),
                evidence.closed().stream().map(it -> Base64.of(it.entry().bytes())).toList(),
                Unfinished.MOST,
                shortest,
                evidence.genesis().hash().hex(),
                evidence.genesis().opened().instance(),
                limit,
                evidence.genesis().opened().origin(),
                PeopleView.of(evidence.ofPeople()),
                people.publishedReceivers().stream()
                        .map(it -> new ReceiverView(it.person().hex(), it.recipient()))
                        .toList());
    }
}
