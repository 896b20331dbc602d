package org.sigillo.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.sigillo.bytes.Sha256;
import org.sigillo.ledger.Ledger;
import org.sigillo.merkle.TileCoordinate;

/// The log in the layout of C2SP tlog-tiles.
@Path("/log")
final class LogApi {
    private static final String OCTETS = "application/octet-stream";
    private static final Pattern GZIP =
            Pattern.compile("(^|,)\\s*gzip\\s*(;\\s*q=(1|0?\\.0*[1-9])[0-9.]*)?\\s*(,|$)");
    private static final String YEAR = "max-age=31536000, immutable";

    private final Ledger ledger;

    LogApi(Ledger ledger) {
        this.ledger = ledger;
    }

    /// With the lines of the witnesses that have cosigned it so far.
    @GET
    @Path("checkpoint")
    @PermitAll
    public Response checkpoint(@Context Request request) {
        Optional<byte[]> note =
                ledger.checkpoint().map(c -> c.note().getBytes(StandardCharsets.UTF_8));
        return served(request, note, "text/plain; charset=utf-8", "no-cache", false);
    }

    /// For everybody: anybody may check that the log only grows.
    @GET
    @Path("tile/{path: [0-9].*}")
    @PermitAll
    public Response tile(@PathParam("path") String path, @Context Request request) {
        return served(request, tile("tile/" + path), OCTETS, "public, " + YEAR, false);
    }

    /// For auditors: what the entries say.
    @GET
    @Path("tile/entries/{path: .*}")
    @RolesAllowed("auditor")
    public Response entries(
            @PathParam("path") String path,
            @HeaderParam("Accept-Encoding") @DefaultValue("") String accepted,
            @Context Request request) {
        return served(
                request,
                tile("tile/entries/" + path),
                OCTETS,
                "private, " + YEAR,
                GZIP.matcher(accepted).find());
    }

    private Optional<byte[]> tile(String path) {
        return TileCoordinate.parse(path).flatMap(ledger::tile);
    }

    /// The strong entity tag (RFC 9110 §8.8.3) is the digest of what is sent.
    private static Response served(
            Request request, Optional<byte[]> found, String type, String caching, boolean gzip) {
        if (found.isEmpty()) {
            return Response.status(Response.Status.NOT_FOUND)
                    .header("Cache-Control", "no-store")
                    .build();
        }
        byte[] bytes = gzip ? zipped(found.get()) : found.get();
        EntityTag tag = new EntityTag(Sha256.of(bytes).hex());
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer =
                unchanged != null ? unchanged : Response.ok(bytes, type).tag(tag);
        if (gzip && unchanged == null) {
            answer.header("Content-Encoding", "gzip");
        }
        if (type.equals(OCTETS)) {
            answer.header("Vary", "Accept-Encoding");
        }
        return answer.header("Cache-Control", caching).build();
    }

    private static byte[] zipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
