package org.sigillo.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.SignedCheckpoint;
import org.sigillo.merkle.TileCoordinate;

/// The log in the layout of C2SP tlog-tiles.
@Path("/log")
final class LogApi {
    private static final String YEAR = "max-age=31536000, immutable";

    private final Ledger ledger;

    LogApi(Ledger ledger) {
        this.ledger = ledger;
    }

    @GET
    @Path("checkpoint")
    @PermitAll
    public Response checkpoint() {
        return ledger.checkpoint()
                .map(SignedCheckpoint::note)
                .map(note -> Response.ok(note, "text/plain; charset=utf-8"))
                .orElseGet(() -> Response.status(Response.Status.NOT_FOUND))
                .header("Cache-Control", "no-cache")
                .build();
    }

    /// For everybody: anybody may check that the log only grows.
    @GET
    @Path("tile/{path: [0-9].*}")
    @PermitAll
    public Response tile(@PathParam("path") String path) {
        return served("tile/" + path, "public, " + YEAR);
    }

    /// For auditors: what the entries say.
    @GET
    @Path("tile/entries/{path: .*}")
    @RolesAllowed("auditor")
    public Response entries(@PathParam("path") String path) {
        return served("tile/entries/" + path, "private, " + YEAR);
    }

    private Response served(String path, String caching) {
        Optional<byte[]> bytes = TileCoordinate.parse(path).flatMap(ledger::tile);
        return bytes.map(b -> Response.ok(b, MediaType.APPLICATION_OCTET_STREAM_TYPE))
                .orElseGet(() -> Response.status(Response.Status.NOT_FOUND))
                .header("Cache-Control", bytes.isPresent() ? caching : "no-store")
                .build();
    }
}
