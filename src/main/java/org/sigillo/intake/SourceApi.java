package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.docket.Tracing;
import org.sigillo.docket.Unfinished;
import org.sigillo.docket.Wishes;
import org.sigillo.people.Member;
import org.sigillo.people.People;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.web.Connections;
import org.sigillo.web.From;

/// A source's case, for programs that seal and open on the source's side (`docs/spec/drop-api.md` §3, §5).
@Path("/drop/api")
@RunOnVirtualThread
public final class SourceApi {
    /// An identity's line and LF.
    private static final int IDENTITY_LINE = 78;

    /// Exhibits of one answer, some 8 KB each: a case may have thousands.
    private static final int MOST = 50;

    private final Senders senders;
    private final Cases cases;
    private final Tracing tracing;
    private final Unfinished unfinished;
    private final Replies replies;
    private final Wishes wishes;
    private final People people;
    private final Crowd crowd;
    private final SecureRandom random;

    SourceApi(
            Senders senders,
            Cases cases,
            Tracing tracing,
            Unfinished unfinished,
            Replies replies,
            Wishes wishes,
            People people,
            Crowd crowd,
            SecureRandom random) {
        this.senders = senders;
        this.cases = cases;
        this.tracing = tracing;
        this.unfinished = unfinished;
        this.replies = replies;
        this.wishes = wishes;
        this.people = people;
        this.crowd = crowd;
        this.random = random;
    }

    record StatementView(String bytes, String signature) {}

    record GenerationView(
            long generation,
            String recipient,
            @Nullable String keepsake,
            @Nullable String nonce,
            @Nullable String person,
            @Nullable StatementView statement) {
        static GenerationView of(Tracing.Traced it) {
            Optional<Json.Obj> said = it.made().map(made -> made.statement().json());
            return new GenerationView(
                    it.generation(),
                    it.recipient(),
                    it.keepsake().map(Sha256::hex).orElse(null),
                    it.made().map(made -> Hex.of(made.nonce().bytes())).orElse(null),
                    it.made().map(made -> made.person().hex()).orElse(null),
                    said.map(json -> new StatementView(json.text("bytes"), json.text("signature")))
                            .orElse(null));
        }
    }

    record ExhibitView(
            String exhibit,
            int number,
            String day,
            long generation,
            String content,
            @Nullable String stub,
            @Nullable Long index) {
        static ExhibitView of(Cases.Shown it) {
            return new ExhibitView(
                    it.exhibit().hex(),
                    it.number(),
                    it.day(),
                    it.generation(),
                    it.content().hex(),
                    it.stub().map(Base64::of).orElse(null),
                    it.index().isPresent() ? it.index().getAsLong() : null);
        }
    }

    record SegmentView(int number, String sha256, String mark) {}

    record UnfinishedView(
            String exhibit, long generation, long size, String stub, List<SegmentView> segments) {
        static UnfinishedView of(Unfinished.Upload it) {
            return new UnfinishedView(
                    it.exhibit().hex(),
                    it.begun().generation(),
                    it.begun().size(),
                    Base64.of(it.begun().stub()),
                    it.segments().stream()
                            .map(segment ->
                                    new SegmentView(
                                            segment.number(),
                                            segment.digest().hex(),
                                            segment.mark().hex()))
                            .toList());
        }
    }

    record ReplyView(
            String reply,
            String writer,
            String day,
            long generation,
            @Nullable String box,
            boolean seen) {
        static ReplyView of(Replies.Reply it) {
            return new ReplyView(
                    it.id().hex(),
                    it.writer().hex(),
                    it.day().toString(),
                    it.generation(),
                    it.box().map(Base64::of).orElse(null),
                    it.seen());
        }
    }

    record WishView(String wish, String day, @Nullable String settled) {
        static WishView of(Wishes.Wish it) {
            return new WishView(
                    it.wish().word(),
                    it.day().toString(),
                    it.settled().map(Object::toString).orElse(null));
        }
    }

    record CaseView(
            @com.fasterxml.jackson.annotation.JsonProperty("case") String caseId,
            String origin,
            List<String> origins,
            GenerationView generation,
            List<GenerationView> earlier,
            List<ExhibitView> exhibits,
            @Nullable Integer next,
            List<UnfinishedView> unfinished,
            List<ReplyView> replies,
            List<WishView> wishes) {}

    record GrantRequest(String person, String grant) {}

    record CaseRequest(
            List<GrantRequest> grants, String keepsake, String recipient, String source) {}

    record SeenRequest(List<String> replies) {}

    record WishRequest(String wish) {}

    @GET
    @Path("case")
    @PermitAll
    public Response one(@QueryParam("from") @Nullable String from, @Context HttpHeaders headers) {
        Session.Proven session = senders.session(headers);
        int first = From.exhibit(from);
        return senders.used(session, Response.ok(view(session, senders.opened(session), first)))
                .build();
    }

    private CaseView view(Session.Proven session, Cases.Opened opened, int from) {
        return crowd.ofCase(session.locator(), () -> view(opened, from)).orElseThrow(Crowd::busy);
    }

    private CaseView view(Cases.Opened opened, int from) {
        Id caseId = opened.caseId();
        Cases.ToSource found = cases.toSource(caseId, from, MOST);
        List<Unfinished.Upload> begun = unfinished.of(caseId);
        Set<Long> used =
                begun.stream().map(it -> it.begun().generation()).collect(Collectors.toSet());
        return new CaseView(
                caseId.hex(),
                cases.origin(),
                cases.origins(),
                GenerationView.of(tracing.newest(caseId)),
                tracing.earlier(caseId, used).stream().map(GenerationView::of).toList(),
                found.exhibits().stream().map(ExhibitView::of).toList(),
                from + MOST <= found.count() ? from + MOST : null,
                begun.stream().map(UnfinishedView::of).toList(),
                found.replies().stream().map(ReplyView::of).toList(),
                found.wishes().stream().map(WishView::of).toList());
    }

    @GET
    @Path("case/opened")
    @PermitAll
    public Senders.ProofView opened(@Context HttpHeaders headers) {
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () ->
                        tracing.opened(senders.opened(session).caseId())
                                .map(Senders.ProofView::of)
                                .orElseThrow(Senders::notYet));
    }

    /// Begins the case with a generation 0 that the sender's program made.
    @PUT
    @Path("case")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response begin(
            @Context HttpHeaders headers, @Context HttpServerRequest http, CaseRequest request) {
        Session.Proven session = senders.session(headers);
        Optional<Cases.Opened> known = cases.ofSource(session.locator(), session.source());
        if (known.isPresent()) {
            return senders.inTurn(session, () -> there(session, known.get()));
        }
        if (!session.begin().may()) {
            throw new Refusal(
                    Refusal.Kind.UNKNOWN,
                    "no-case",
                    "Nothing has arrived under this codename, and one that was typed begins nothing: it"
                            + " may be mistyped.");
        }
        // Before its turn, which nobody has for what cannot begin.
        Cases.Beginning beginning = senders.inTurn(session, () -> beginning(session, request));
        Session.Begin granted =
                crowd.mayOpen(
                                session.begin(),
                                session.place(),
                                Crowd.LONG,
                                () -> Connections.isOpen(http))
                        .orElseThrow(crowd::notYet);
        return senders.inTurn(session, () -> begin(session, granted, beginning));
    }

    private Response there(Session.Proven session, Cases.Opened known) {
        return senders.used(session, Response.ok(view(session, known, 1))).build();
    }

    private Cases.Beginning beginning(Session.Proven session, CaseRequest request) {
        senders.requireOpen();
        if (!HybridRecipient.parse(request.source()).fingerprint().equals(session.source())) {
            throw new MalformedException("\"source\" is not the session's recipient");
        }
        return new Cases.Beginning(
                session.locator(),
                Id.random(random),
                HybridRecipient.parse(request.recipient()).text(),
                request.source(),
                Optional.of(Sha256.parse(request.keepsake())),
                grants(request.grants()));
    }

    private Response begin(
            Session.Proven session, Session.Begin granted, Cases.Beginning beginning) {
        Optional<Cases.Opened> known = cases.ofSource(session.locator(), session.source());
        if (known.isPresent()) {
            return there(session, known.get());
        }
        senders.requireOpen();
        if (!crowd.mayStill(granted)) {
            throw crowd.notYet();
        }
        Cases.Opened begun = cases.open(beginning, people::trust);
        // Another tab may have begun it meanwhile.
        boolean fresh = begun.recipient().equals(beginning.recipient());
        if (fresh) {
            crowd.opened();
        }
        return senders.used(
                        session,
                        Response.status(fresh ? 201 : 200)
                                .entity(fresh ? view(begun, 1) : view(session, begun, 1)))
                .build();
    }

    /// For exactly those who are to receive, each in the form of an identity's line.
    private List<Cases.Grant> grants(List<GrantRequest> requested) {
        Map<Id, byte[]> grants = new HashMap<>();
        for (GrantRequest it : requested) {
            byte[] sealed = Base64.parse(it.grant());
            if (!Age.isToOne(sealed, IDENTITY_LINE)) {
                throw new MalformedException("a grant is an identity's line, sealed to one person");
            }
            if (grants.put(Id.parse(it.person()), sealed) != null) {
                throw new MalformedException("a person is granted twice");
            }
        }
        Set<Id> receivers =
                people.publishedReceivers().stream()
                        .map(Member::person)
                        .collect(Collectors.toSet());
        if (!grants.keySet().equals(receivers)) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "receivers",
                    "Others receive what is sent by now. Read who they are again, and grant to exactly"
                            + " those.");
        }
        return grants.entrySet().stream()
                .map(it -> new Cases.Grant(it.getKey(), it.getValue()))
                .toList();
    }

    @POST
    @Path("replies/seen")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response seen(@Context HttpHeaders headers, SeenRequest request) {
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () -> {
                    replies.seen(
                            senders.opened(session).caseId(),
                            request.replies().stream().map(Id::parse).collect(Collectors.toSet()));
                    return Response.noContent().build();
                });
    }

    @POST
    @Path("replies/{reply}/remove")
    @PermitAll
    public Response remove(@Context HttpHeaders headers, @PathParam("reply") String reply) {
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () -> {
                    if (!replies.remove(senders.opened(session).caseId(), Id.parse(reply))) {
                        throw new Refusal(
                                Refusal.Kind.UNKNOWN, "no-reply", "There is no such answer here.");
                    }
                    return Response.noContent().build();
                });
    }

    @POST
    @Path("wishes")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response wish(@Context HttpHeaders headers, WishRequest request) {
        CaseEvent.Wish wish = CaseEvent.Wish.parse(request.wish());
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () -> {
                    if (!wishes.wish(senders.opened(session).caseId(), wish)) {
                        throw new Refusal(
                                Refusal.Kind.UNKNOWN,
                                "no-exhibit",
                                "There is nothing to take back yet.");
                    }
                    return Response.noContent().build();
                });
    }
}
