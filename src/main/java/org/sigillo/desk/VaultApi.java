package org.sigillo.desk;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Refusal;
import org.sigillo.docket.VaultRounds;

/// How the vault is, for operators.
@Path("/api/vault")
@RunOnVirtualThread
public final class VaultApi {
    private final VaultRounds rounds;

    VaultApi(VaultRounds rounds) {
        this.rounds = rounds;
    }

    record Settled(
            String ended, long settled, long removed, long waiting, long broken, long unkept) {}

    record Scrubbed(
            String begun,
            @Nullable String ended,
            long objects,
            long bytes,
            long damaged,
            long unread) {}

    record View(
            String protection,
            long damaged,
            @Nullable Settled settled,
            @Nullable Scrubbed scrubbed,
            boolean overdue) {}

    @GET
    @RolesAllowed("administrator")
    public View view() {
        VaultRounds.View view = rounds.view();
        return new View(
                view.protection(),
                view.damaged(),
                view.settled().map(VaultApi::settled).orElse(null),
                view.scrubbed().map(VaultApi::scrubbed).orElse(null),
                view.overdue());
    }

    private static Settled settled(VaultRounds.Settled it) {
        return new Settled(
                it.ended().toString(),
                it.settled(),
                it.removed(),
                it.waiting(),
                it.broken(),
                it.unkept());
    }

    private static Scrubbed scrubbed(VaultRounds.Scrubbed it) {
        return new Scrubbed(
                it.begun().toString(),
                it.ended().map(Instant::toString).orElse(null),
                it.objects(),
                it.bytes(),
                it.damaged(),
                it.unread());
    }

    /// What `sigillo vault check` and `copy` compare with: lines of `sha256sum`.
    @GET
    @Path("inventory")
    @RolesAllowed("administrator")
    public Response inventory() {
        return Response.ok((StreamingOutput) rounds::writeInventory, "text/plain;charset=us-ascii")
                .header("Content-Disposition", "attachment; filename=\"vault-manifest-sha256.txt\"")
                .build();
    }

    @POST
    @Path("settle")
    @RolesAllowed("administrator")
    public Response settle() {
        if (!rounds.settleNow()) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "not-now",
                    "This replica does not lead, or the evidence is in doubt. Look at the health page,"
                            + " and ask again in a minute.");
        }
        return Response.accepted().build();
    }

    @POST
    @Path("scrub")
    @RolesAllowed("administrator")
    public Response scrub() {
        if (!rounds.scrubNow()) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "running",
                    "Everything is being read already. The health page says how far it is.");
        }
        return Response.accepted().build();
    }
}
