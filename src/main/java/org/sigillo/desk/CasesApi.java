package org.sigillo.desk;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.docket.CaseDesk;
import org.sigillo.docket.CaseExport;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.docket.Wishes;
import org.sigillo.people.People;
import org.sigillo.web.From;
import org.sigillo.web.Partial;

/// Cases, for the reviewers who were granted them. Ciphertext in, ciphertext out.
@Path("/api")
@RunOnVirtualThread
public final class CasesApi {
    /// Exhibits in one answer, each of some 12 KB.
    private static final int PART = 200;

    private final Caller caller;
    private final People people;
    private final CaseDesk cases;
    private final CaseExport exports;
    private final Replies replies;
    private final Wishes wishes;

    CasesApi(
            Caller caller,
            People people,
            CaseDesk cases,
            CaseExport exports,
            Replies replies,
            Wishes wishes) {
        this.caller = caller;
        this.people = people;
        this.cases = cases;
        this.exports = exports;
        this.replies = replies;
        this.wishes = wishes;
    }

    record Line(
            @com.fasterxml.jackson.annotation.JsonProperty("case") String caseId,
            String day,
            int exhibits,
            long generation,
            List<Long> mine,
            List<String> wishes) {}

    record Lines(List<Line> cases) {}

    record Generation(long generation, String recipient, List<String> holders) {}

    record Grant(long generation, String grant) {}

    record Segment(int number, long size, String sha256) {}

    record Exhibit(
            String exhibit,
            int number,
            String day,
            long generation,
            String label,
            long size,
            List<Segment> segments,
            List<Integer> damaged,
            @Nullable Long index) {}

    record Reply(String reply, String writer, String day, long generation, @Nullable String box) {}

    record Wish(String wish, String day, @Nullable String settled) {}

    record View(
            @com.fasterxml.jackson.annotation.JsonProperty("case") String caseId,
            String source,
            List<Generation> generations,
            List<Grant> grants,
            List<Exhibit> exhibits,
            @Nullable Integer next,
            List<Reply> replies,
            List<Wish> wishes,
            @Nullable String takenUp) {}

    record Opened(String origin, long size, long index, String bytes, List<String> proof) {}

    record ReplyRequest(
            String reply, long generation, String box, String nonce, Signed.Parts statement) {}

    record GivenNew(String person, String grant, String nonce, Signed.Parts statement) {}

    record Given(
            String person, long generation, String grant, String nonce, Signed.Parts statement) {}

    record GenerationRequest(
            long generation,
            String recipient,
            String nonce,
            Signed.Parts statement,
            List<GivenNew> grants) {}

    record GrantsRequest(List<Given> grants) {}

    @GET
    @Path("cases")
    @RolesAllowed("reviewer")
    public Lines all() {
        return new Lines(
                cases.grantedTo(caller.person()).stream()
                        .map(it ->
                                new Line(
                                        it.caseId().hex(),
                                        it.day(),
                                        it.exhibits(),
                                        it.generation(),
                                        it.mine(),
                                        it.wishes().stream().map(CaseEvent.Wish::word).toList()))
                        .toList());
    }

    @GET
    @Path("cases/{case}")
    @RolesAllowed("reviewer")
    public View one(@PathParam("case") String caseId, @QueryParam("from") @Nullable String from) {
        int first = From.exhibit(from);
        CaseDesk.View view = cases.view(caller.person(), Id.parse(caseId), first, PART);
        return new View(
                view.caseId().hex(),
                view.source(),
                view.generations().stream()
                        .map(it ->
                                new Generation(
                                        it.generation(),
                                        it.recipient(),
                                        it.holders().stream().map(Id::hex).toList()))
                        .toList(),
                view.grants().entrySet().stream()
                        .map(it -> new Grant(it.getKey(), Base64.of(it.getValue())))
                        .toList(),
                view.exhibits().stream().map(CasesApi::exhibit).toList(),
                view.exhibits().size() < PART ? null : first + PART,
                view.replies().stream().map(CasesApi::reply).toList(),
                view.wishes().stream().map(CasesApi::wish).toList(),
                view.takenUp().map(LocalDate::toString).orElse(null));
    }

    @POST
    @Path("cases/{case}/take-up")
    @RolesAllowed("reviewer")
    public Response takeUp(@PathParam("case") String caseId) {
        cases.takeUp(caller.person(), Id.parse(caseId));
        return Response.noContent().build();
    }

    @POST
    @Path("cases/{case}/generation")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("reviewer")
    public Response generation(@PathParam("case") String caseId, GenerationRequest request) {
        Signed signed = new Signed(request.nonce(), request.statement());
        cases.generation(
                caller.person(),
                Id.parse(caseId),
                people::trustAnd,
                new CaseDesk.Made(
                        request.generation(), request.recipient(), signed.drawn(), signed.said()),
                request.grants().stream()
                        .map(it ->
                                given(
                                        new Given(
                                                it.person(),
                                                request.generation(),
                                                it.grant(),
                                                it.nonce(),
                                                it.statement())))
                        .toList());
        return Response.status(Response.Status.CREATED).build();
    }

    @POST
    @Path("cases/{case}/grants")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("reviewer")
    public Response grants(@PathParam("case") String caseId, GrantsRequest request) {
        cases.grant(
                caller.person(),
                Id.parse(caseId),
                people::trustAnd,
                request.grants().stream().map(CasesApi::given).toList());
        return Response.status(Response.Status.CREATED).build();
    }

    @POST
    @Path("cases/{case}/wishes/{wish}/settle")
    @RolesAllowed("reviewer")
    public Response settle(@PathParam("case") String caseId, @PathParam("wish") String wish) {
        wishes.settle(caller.person(), Id.parse(caseId), CaseEvent.Wish.parse(wish));
        return Response.noContent().build();
    }

    /// The entry of the case's beginning, and its proof.
    @GET
    @Path("cases/{case}/opened")
    @RolesAllowed("reviewer")
    public Opened opened(@PathParam("case") String caseId, @QueryParam("size") long size) {
        return replies.opened(caller.person(), Id.parse(caseId), size)
                .map(it ->
                        new Opened(
                                it.in().opened().origin(),
                                it.checkpoint().checkpoint().size(),
                                it.index(),
                                Base64.of(it.entry()),
                                it.hashes().stream().map(Sha256::hex).toList()))
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.CONFLICT,
                                "not-yet",
                                "The case is not in the ledger yet. Try again after the next beat."));
    }

    @POST
    @Path("cases/{case}/replies")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("reviewer")
    public Response reply(@PathParam("case") String caseId, ReplyRequest request) {
        Signed signed = new Signed(request.nonce(), request.statement());
        replies.send(
                caller.person(),
                Id.parse(caseId),
                people::trustAnd,
                new Replies.Sent(
                        Id.parse(request.reply()),
                        request.generation(),
                        Base64.parse(request.box()),
                        signed.drawn(),
                        signed.said()));
        return Response.status(Response.Status.CREATED).build();
    }

    /// Everything of a case as it lies here, still sealed.
    @GET
    @Path("cases/{case}/export")
    @RolesAllowed("reviewer")
    public Response export(@PathParam("case") String caseId) {
        CaseDesk.View view = exports.export(caller.person(), Id.parse(caseId));
        StreamingOutput body = out -> exports.write(view, out);
        return Response.ok(body, "application/x-tar")
                .header("Content-Disposition", "attachment; filename=\"case.tar\"")
                .build();
    }

    @GET
    @Path("exhibits/{exhibit}/segments/{number: [0-9]{1,6}}")
    @RolesAllowed("reviewer")
    public Response segment(
            @PathParam("exhibit") String exhibit,
            @PathParam("number") int number,
            @HeaderParam("Range") @Nullable String range)
            throws IOException {
        CaseDesk.Fetched fetched = cases.segment(caller.person(), Id.parse(exhibit), number);
        return Partial.of(fetched.bytes(), fetched.size(), Optional.ofNullable(range)).build();
    }

    private static CaseDesk.Given given(Given it) {
        Signed signed = new Signed(it.nonce(), it.statement());
        return new CaseDesk.Given(
                Id.parse(it.person()),
                it.generation(),
                Base64.parse(it.grant()),
                signed.drawn(),
                signed.said());
    }

    private static Wish wish(Wishes.Wish it) {
        return new Wish(
                it.wish().word(),
                it.day().toString(),
                it.settled().map(LocalDate::toString).orElse(null));
    }

    private static Reply reply(Replies.Reply it) {
        return new Reply(
                it.id().hex(),
                it.writer().hex(),
                it.day().toString(),
                it.generation(),
                it.box().map(Base64::of).orElse(null));
    }

    private static Exhibit exhibit(CaseDesk.Sealed sealed) {
        List<Segment> segments = new ArrayList<>();
        for (Cases.Segment segment : sealed.segments()) {
            segments.add(new Segment(segments.size(), segment.size(), segment.digest().hex()));
        }
        return new Exhibit(
                sealed.exhibit().hex(),
                sealed.number(),
                sealed.day(),
                sealed.generation(),
                Base64.of(sealed.label()),
                sealed.size(),
                segments,
                List.copyOf(sealed.damaged()),
                sealed.index().isPresent() ? sealed.index().getAsLong() : null);
    }
}
