package org.sigillo.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Tracing;
import org.sigillo.docket.Unfinished;
import org.sigillo.docket.Wishes;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedBox;
import org.sigillo.sealing.SealedContent;
import org.sigillo.vault.VaultFullException;
import org.sigillo.waiting.Line;
import org.sigillo.waiting.Uploads;
import org.sigillo.web.Connections;

/// Exhibits that their sender has sealed, segment by segment (`docs/spec/drop-api.md` §4).
@Path("/drop/api/exhibits")
@RunOnVirtualThread
public final class ExhibitsApi {
    /// A byte sequence (RFC 9651 §3.3.5) of 32 bytes.
    private static final String SEQUENCE = ":([A-Za-z0-9+/]{43}=):";

    /// RFC 9530 §2; other algorithms are not asked for.
    private static final Pattern DIGEST = Pattern.compile("sha-256=" + SEQUENCE);

    private static final Pattern MARK = Pattern.compile(SEQUENCE);

    /// Segments that are read at once: a lane of their own beside the forms'.
    private static final int LANE = 64;

    /// Bytes of a label's and of a stub's JSON that do not name segments, and for each segment: what a case takes of the database, and
    /// of the memory where it is read, is not its sender's choice (`docs/spec/envelope.md` §5).
    private static final int OF_LABEL = 7000;

    private static final int OF_STUB = 1000;
    private static final int OF_SEGMENT = 68;

    private static final Duration LONGEST = Duration.ofHours(12);

    private final Senders senders;
    private final Cases cases;
    private final Tracing tracing;
    private final Unfinished unfinished;
    private final Wishes wishes;
    private final Sessions sessions;
    private final Crowd crowd;
    private final Uploads uploads;
    private final Line line;
    private final long limit;
    private final int exhibits;
    private final long reserve;

    ExhibitsApi(
            Senders senders,
            Cases cases,
            Tracing tracing,
            Unfinished unfinished,
            Wishes wishes,
            Sessions sessions,
            Crowd crowd,
            MeterRegistry meters,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.intake.limit") long limit,
            @ConfigProperty(name = "sigillo.intake.exhibits") int exhibits,
            @ConfigProperty(name = "sigillo.vault.reserve") long reserve) {
        this.senders = senders;
        this.cases = cases;
        this.tracing = tracing;
        this.unfinished = unfinished;
        this.wishes = wishes;
        this.sessions = sessions;
        this.crowd = crowd;
        this.uploads = new Uploads(LANE, 0, LONGEST, clock);
        this.line = new Line(Crowd.WAITING, clock);
        meters.gauge("sigillo.drop.uploads", Crowd.lane("segments"), uploads, Uploads::taken);
        meters.gauge("sigillo.drop.waiting", Crowd.lane("segments"), line, Line::waiting);
        this.limit = limit;
        this.exhibits = exhibits;
        this.reserve = reserve;
    }

    record BeginRequest(String exhibit, long generation, long size, String stub) {}

    record FinishRequest(String content, String label, String stub) {}

    record NumberView(int number) {}

    record MissingView(
            String type,
            String title,
            int status,
            String detail,
            String guard,
            List<Integer> missing) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response begin(@Context HttpHeaders headers, BeginRequest request) throws IOException {
        Session.Proven session = senders.session(headers);
        senders.requireOpen();
        if (request.size() < 1
                || request.size() > Padme.paddedSize(limit)
                || Padme.paddedSize(request.size()) != request.size()) {
            if (request.size() > Padme.paddedSize(limit)) {
                throw new Refusal(
                        Refusal.Kind.TOO_LARGE,
                        "too-large",
                        "An exhibit has at most " + limit + " bytes. Send it in parts.");
            }
            throw new MalformedException("\"size\" is not a padded size");
        }
        requireRoom(request.size());
        return senders.inTurn(session, () -> begin(session, request));
    }

    private Response begin(Session.Proven session, BeginRequest request) {
        Cases.Opened opened = senders.opened(session);
        if (cases.exhibits(opened.caseId()) >= exhibits
                && unfinished.size(opened.caseId(), Id.parse(request.exhibit())).isEmpty()) {
            // It was promised no place before.
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "full-case",
                    "Under this codename as much has arrived as may: "
                            + exhibits
                            + " files and messages. Put what is left into an archive, and send it with a new codename.");
        }
        boolean fresh =
                unfinished.begin(
                        opened,
                        Id.parse(request.exhibit()),
                        new Unfinished.Begun(
                                request.generation(),
                                request.size(),
                                box(request.stub(), "stub", OF_STUB)));
        return senders.used(session, Response.status(fresh ? 201 : 200)).build();
    }

    @PUT
    @Path("{exhibit}/segments/{number: [0-9]{1,6}}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @PermitAll
    public Response segment(
            @PathParam("exhibit") String exhibit,
            @PathParam("number") int number,
            @HeaderParam("Content-Digest") @Nullable String digest,
            @HeaderParam("Content-Length") long length,
            @HeaderParam("Sigillo-Mark") @Nullable String mark,
            @Context HttpHeaders headers,
            @Context HttpServerRequest request,
            InputStream body)
            throws IOException {
        Session.Proven session = senders.session(headers);
        senders.requireOpen();
        Cases.Opened opened = senders.opened(session);
        Id id = Id.parse(exhibit);
        long padded = unfinished.size(opened.caseId(), id).orElseThrow(Unfinished::nothing);
        if (number >= SealedContent.segments(padded)) {
            throw new MalformedException("an exhibit of this size has no such segment");
        }
        Unfinished.Segment promised =
                new Unfinished.Segment(
                        number,
                        Age.sealedSize(SealedContent.segmentLength(padded, number)),
                        sequence(DIGEST, digest, "Content-Digest: sha-256=:…: (RFC 9530)"),
                        sequence(MARK, mark, "Sigillo-Mark: :…:"));
        if (length != promised.size()) {
            throw new MalformedException("this segment has " + promised.size() + " bytes");
        }
        requireRoom(length);
        Uploads.Place place =
                line.await(
                                sessions.last(),
                                Crowd.LONG,
                                () -> Connections.isOpen(request),
                                () ->
                                        uploads.turn(
                                                session.locator(),
                                                false,
                                                () -> request.connection().close()))
                        .flatMap(Uploads.Turn::place)
                        .orElseThrow(() -> {
                            crowd.slowed(Crowd.Why.PLACES);
                            return new Refusal(
                                    Refusal.Kind.CLOSED,
                                    "busy",
                                    "Too many are sending at once. Try again in some seconds.");
                        });
        try (place) {
            boolean fresh =
                    unfinished.put(opened.caseId(), id, promised, sealed(place.watched(body)));
            return senders.used(session, Response.status(fresh ? 201 : 204)).build();
        } catch (VaultFullException e) {
            throw full();
        } finally {
            line.freed();
        }
    }

    /// Nothing that is plain gets as far as the vault.
    private static InputStream sealed(InputStream body) throws IOException {
        byte[] header = body.readNBytes(Age.HEADER);
        if (!Age.isToOne(header)) {
            throw new MalformedException("a segment is an age file to one hybrid recipient");
        }
        return new SequenceInputStream(new ByteArrayInputStream(header), body);
    }

    @POST
    @Path("{exhibit}/finish")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response finish(
            @PathParam("exhibit") String exhibit,
            @Context HttpHeaders headers,
            FinishRequest request) {
        Session.Proven session = senders.session(headers);
        senders.requireOpen();
        return senders.atVault(session, () -> finish(session, Id.parse(exhibit), request));
    }

    private Response finish(Session.Proven session, Id id, FinishRequest request) {
        Id caseId = senders.opened(session).caseId();
        int named = OF_SEGMENT * segments(caseId, id);
        Unfinished.Outcome outcome =
                unfinished.finish(
                        caseId,
                        id,
                        new Unfinished.Finish(
                                Sha256.parse(request.content()),
                                box(request.label(), "label", OF_LABEL + named),
                                box(request.stub(), "stub", OF_STUB + named)),
                        SealedContent::segments);
        return switch (outcome) {
            case Unfinished.Outcome.Done(int number, boolean before) ->
                    senders.used(
                                    session,
                                    Response.status(before ? 200 : 201)
                                            .entity(new NumberView(number)))
                            .build();
            case Unfinished.Outcome.Missing(List<Integer> numbers) ->
                    Response.status(409)
                            .type("application/problem+json")
                            .entity(
                                    new MissingView(
                                            "about:blank",
                                            "Refused",
                                            409,
                                            "Not every segment is here. Send those that are missing,"
                                                    + " then finish again.",
                                            "missing",
                                            numbers))
                            .build();
        };
    }

    @DELETE
    @Path("{exhibit}")
    @PermitAll
    public Response giveUp(@PathParam("exhibit") String exhibit, @Context HttpHeaders headers) {
        Session.Proven session = senders.session(headers);
        return senders.atVault(
                session,
                () -> {
                    unfinished.giveUp(senders.opened(session).caseId(), Id.parse(exhibit));
                    return Response.noContent().build();
                });
    }

    @GET
    @Path("{exhibit}/proof")
    @PermitAll
    public Senders.ProofView proof(
            @PathParam("exhibit") String exhibit, @Context HttpHeaders headers) {
        Id id = Id.parse(exhibit);
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () -> {
                    requireHis(senders.opened(session), id);
                    return tracing.exhibit(id)
                            .map(Senders.ProofView::of)
                            .orElseThrow(Senders::notYet);
                });
    }

    @POST
    @Path("{exhibit}/forget")
    @PermitAll
    public Response forget(@PathParam("exhibit") String exhibit, @Context HttpHeaders headers) {
        Session.Proven session = senders.session(headers);
        return senders.inTurn(
                session,
                () -> {
                    if (!wishes.forget(senders.opened(session).caseId(), Id.parse(exhibit))) {
                        throw noExhibit();
                    }
                    return Response.noContent().build();
                });
    }

    /// Of one that is finished no box is kept any more: any size will do.
    private int segments(Id caseId, Id exhibit) {
        return SealedContent.segments(
                unfinished.size(caseId, exhibit).orElseGet(() -> Padme.paddedSize(limit)));
    }

    private void requireHis(Cases.Opened opened, Id exhibit) {
        if (cases.toSource(opened.caseId(), exhibit).isEmpty()) {
            throw noExhibit();
        }
    }

    private static Refusal noExhibit() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "no-exhibit",
                "There is no such exhibit under this codename.");
    }

    private void requireRoom(long bytes) throws IOException {
        if (cases.free() < reserve + bytes) {
            throw full();
        }
    }

    private Refusal full() {
        crowd.refused(Crowd.Why.ROOM);
        return new Refusal(
                Refusal.Kind.FULL,
                "full",
                "There is no room at the moment. What has arrived stays. Try again later.");
    }

    private static byte[] box(String text, String member, int longest) {
        byte[] box = Base64.parse(text);
        if (!SealedBox.mayBeOne(box, longest)) {
            throw new MalformedException(
                    "\""
                            + member
                            + "\" is no box, sealed to one recipient, padded, and no longer than it need be");
        }
        return box;
    }

    private static Sha256 sequence(Pattern form, @Nullable String header, String wanted) {
        Matcher given = form.matcher(header == null ? "" : header.strip());
        if (!given.matches()) {
            throw new MalformedException("a segment needs " + wanted);
        }
        return Sha256.copyOf(Base64.parse(given.group(1)));
    }
}
