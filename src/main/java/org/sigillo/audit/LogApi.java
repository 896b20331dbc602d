package org.sigillo.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.sigillo.bytes.Sha256;
import org.sigillo.ledger.Ledger;

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
    public Response checkpoint(@HeaderParam("If-None-Match") List<String> known) {
        Optional<byte[]> note =
                ledger.checkpoint().map(c -> c.note().getBytes(StandardCharsets.UTF_8));
        return served(known, note, "text/plain; charset=utf-8", "no-cache", false);
    }

    /// For everybody: anybody may check that the log only grows.
    @GET
    @Path("tile/{path: [0-9].*}")
    @PermitAll
    public Response tile(
            @PathParam("path") String path, @HeaderParam("If-None-Match") List<String> known) {
        return served(known, tile("tile/" + path), OCTETS, "public, " + YEAR, false);
    }

    /// For auditors: what the entries say.
    @GET
    @Path("tile/entries/{path: .*}")
    @RolesAllowed("auditor")
    public Response entries(
            @PathParam("path") String path,
            @HeaderParam("Accept-Encoding") @DefaultValue("") String accepted,
            @HeaderParam("If-None-Match") List<String> known) {
        return served(
                known,
                tile("tile/entries/" + path),
                OCTETS,
                "private, " + YEAR,
                GZIP.matcher(accepted).find());
    }

    private Optional<byte[]> tile(String path) {
        return ledger.published().file(path);
    }

    /// The strong entity tag (RFC 9110 §8.8.3) is the digest of what is sent.
    private static Response served(
            List<String> known, Optional<byte[]> found, String type, String caching, boolean gzip) {
        if (found.isEmpty()) {
            return Response.status(Response.Status.NOT_FOUND)
                    .header("Cache-Control", "no-store")
                    .build();
        }
        byte[] bytes = gzip ? zipped(found.get()) : found.get();
        EntityTag tag = new EntityTag(Sha256.of(bytes).hex());
        boolean unchanged = unchanged(known, tag);
        Response.ResponseBuilder answer =
                unchanged ? Response.notModified(tag) : Response.ok(bytes, type).tag(tag);
        if (gzip && !unchanged) {
            answer.header("Content-Encoding", "gzip");
        }
        if (type.equals(OCTETS)) {
            answer.header("Vary", "Accept-Encoding");
        }
        return answer.header("Cache-Control", caching).build();
    }

    /// Compares weakly (RFC 9110 §13.1.2): a proxy that compresses makes our tags weak.
    private static boolean unchanged(List<String> known, EntityTag tag) {
        return known.stream()
                .flatMap(it -> Stream.of(it.split(",", -1)))
                .map(it -> it.strip().replaceFirst("^W/", ""))
                .anyMatch(it -> it.equals("*") || it.equals('"' + tag.getValue() + '"'));
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
