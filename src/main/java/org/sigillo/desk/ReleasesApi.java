package org.sigillo.desk;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.custody.Releases;
import org.sigillo.release.Decisions;
import org.sigillo.release.Proposals;
import org.sigillo.release.ReleaseDesk;
import org.sigillo.web.Door;
import org.sigillo.web.Doors;
import org.sigillo.web.Partial;

/// Releases, from the draft to the decision to publish.
@Path("/api/releases")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ReleasesApi {
    /// RFC 9530 §2; other algorithms are not asked for.
    private static final Pattern DIGEST = Pattern.compile("sha-256=:([A-Za-z0-9+/]{43}=):");

    private final Caller caller;
    private final Proposals proposals;
    private final Decisions decisions;
    private final ReleaseDesk releases;
    private final Doors doors;

    ReleasesApi(
            Caller caller,
            Proposals proposals,
            Decisions decisions,
            ReleaseDesk releases,
            Doors doors) {
        this.caller = caller;
        this.proposals = proposals;
        this.decisions = decisions;
        this.releases = releases;
        this.doors = doors;
    }

    record DraftRequest(String release) {}

    record Grant(String person, String grant) {}

    record ProposeRequest(
            String manifest,
            long items,
            String recipient,
            List<String> segments,
            List<Grant> grants,
            String nonce,
            Signed.Parts statement) {}

    record VoteRequest(String decision, String nonce, Signed.Parts statement) {}

    record PublishRequest(String readingKey, String nonce, Signed.Parts statement) {
        @Override
        public String toString() {
            return "PublishRequest[…]";
        }
    }

    record Line(
            String release,
            String state,
            long round,
            String proposer,
            long items,
            String manifest,
            String proposedAt) {
        static Line of(Releases.Release it) {
            return new Line(
                    it.id().hex(),
                    word(it.state()),
                    it.proposal().round(),
                    it.proposer().hex(),
                    it.proposal().items(),
                    it.proposal().manifest().hex(),
                    it.proposedAt());
        }
    }

    record Lines(List<Line> releases) {}

    record Segment(int number, long size, String sha256) {}

    record Vote(String person, String decision, String at) {}

    record View(
            String release,
            String state,
            long round,
            String proposer,
            long items,
            String manifest,
            String proposedAt,
            String recipient,
            List<Segment> segments,
            @Nullable String grant,
            List<Vote> votes,
            long quorum) {}

    record Progress(String state, @Nullable String page) {}

    @POST
    @RolesAllowed({"reviewer", "editor"})
    public Response draft(DraftRequest request) {
        proposals.draft(caller.person(), Id.parse(request.release()));
        return created();
    }

    @PUT
    @Path("{release}/segments/{number: [0-9]{1,6}}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @RolesAllowed({"reviewer", "editor"})
    public Response put(
            @PathParam("release") String release,
            @PathParam("number") int number,
            @HeaderParam("Content-Digest") @Nullable String digest,
            InputStream body)
            throws IOException {
        Matcher promised = DIGEST.matcher(digest == null ? "" : digest.strip());
        if (!promised.matches()) {
            throw new MalformedException("a segment needs Content-Digest: sha-256=:…: (RFC 9530)");
        }
        proposals.put(
                caller.person(),
                Id.parse(release),
                number,
                Sha256.copyOf(Base64.parse(promised.group(1))),
                body);
        return created();
    }

    @POST
    @Path("{release}/propose")
    @RolesAllowed({"reviewer", "editor"})
    public Response propose(@PathParam("release") String release, ProposeRequest request) {
        Map<Id, byte[]> grants = new HashMap<>();
        for (Grant grant : request.grants()) {
            if (grants.put(Id.parse(grant.person()), Base64.parse(grant.grant())) != null) {
                throw new MalformedException("a reader is named twice");
            }
        }
        Signed signed = new Signed(request.nonce(), request.statement());
        proposals.propose(
                caller.person(),
                Id.parse(release),
                new Proposals.Proposed(
                        Sha256.parse(request.manifest()),
                        request.items(),
                        request.recipient(),
                        request.segments().stream().map(Sha256::parse).toList(),
                        grants,
                        signed.drawn(),
                        signed.said()));
        return created();
    }

    @GET
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor"})
    public Lines all() {
        return new Lines(releases.all().stream().map(Line::of).toList());
    }

    @GET
    @Path("{release}")
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor"})
    public View release(@PathParam("release") String release) {
        ReleaseDesk.View view = releases.view(caller.person(), Id.parse(release));
        Line line = Line.of(view.release());
        List<Segment> segments = new ArrayList<>();
        for (ReleaseDesk.Segment segment : view.segments()) {
            segments.add(new Segment(segments.size(), segment.size(), segment.digest().hex()));
        }
        List<Vote> votes = new ArrayList<>();
        view.release()
                .approvals()
                .forEach((person, at) -> votes.add(new Vote(person.hex(), "approve", at)));
        return new View(
                line.release(),
                line.state(),
                line.round(),
                line.proposer(),
                line.items(),
                line.manifest(),
                line.proposedAt(),
                view.recipient(),
                segments,
                view.grant().map(Base64::of).orElse(null),
                votes,
                view.quorum());
    }

    @GET
    @Path("{release}/segments/{number: [0-9]{1,6}}")
    @RolesAllowed({"reviewer", "editor", "counsel"})
    public Response segment(
            @PathParam("release") String release,
            @PathParam("number") int number,
            @HeaderParam("Range") @Nullable String range)
            throws IOException {
        ReleaseDesk.Fetched fetched = releases.segment(caller.person(), Id.parse(release), number);
        return Partial.of(fetched.bytes(), fetched.size(), Optional.ofNullable(range)).build();
    }

    @POST
    @Path("{release}/votes")
    @RolesAllowed("editor")
    public Response vote(@PathParam("release") String release, VoteRequest request) {
        if (!request.decision().equals("approve")) {
            throw new MalformedException("the only decision that can be entered is \"approve\"");
        }
        Signed signed = new Signed(request.nonce(), request.statement());
        decisions.approve(caller.person(), Id.parse(release), signed.drawn(), signed.said());
        return created();
    }

    @POST
    @Path("{release}/publish")
    @RolesAllowed("editor")
    public Response publish(@PathParam("release") String release, PublishRequest request) {
        Signed signed = new Signed(request.nonce(), request.statement());
        decisions.publish(
                caller.person(),
                Id.parse(release),
                request.readingKey(),
                signed.drawn(),
                signed.said());
        return Response.accepted().build();
    }

    @GET
    @Path("{release}/progress")
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor"})
    public Progress progress(@PathParam("release") String release) {
        Id id = Id.parse(release);
        return new Progress(
                word(releases.state(id)),
                releases.shown(id)
                        ? doors.origin(Door.NEWS).text() + "/releases/" + id.hex()
                        : null);
    }

    /// The words of the workflow; what is sealed is released in the same transaction.
    private static String word(Releases.State state) {
        return switch (state) {
            case PROPOSED -> "PROPOSED";
            case APPROVED -> "APPROVED";
            case READY -> "READY";
            case SEALED, RELEASED -> "RELEASED";
        };
    }

    private static Response created() {
        return Response.status(Response.Status.CREATED).build();
    }
}
