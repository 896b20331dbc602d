package org.sigillo.newsstand;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.Id;
import org.sigillo.release.Shelf;
import org.sigillo.web.Partial;

/// Released bytes, on a host of their own: always an attachment, never a page.
@Path("/files")
@RunOnVirtualThread
public final class FilesApi {
    private final Shelf shelf;

    FilesApi(Shelf shelf) {
        this.shelf = shelf;
    }

    /// The whole bag.
    @GET
    @Path("{release: [0-9a-f]{32}}.tar")
    @PermitAll
    public Response tar(@PathParam("release") String release) throws IOException {
        Shelf.Published published = shelf.find(Id.parse(release)).orElseThrow(NewsPage::unknown);
        StreamingOutput body = shelf.bag(published)::write;
        return Response.ok(body, "application/x-tar")
                .header("Content-Disposition", "attachment; filename=\"" + release + ".tar\"")
                .build();
    }

    /// One file of the bag, by its path there.
    @GET
    @Path("{release: [0-9a-f]{32}}/{path: .+}")
    @PermitAll
    public Response file(
            @PathParam("release") String release,
            @PathParam("path") String path,
            @HeaderParam("Range") @Nullable String range)
            throws IOException {
        Shelf.Published published = shelf.find(Id.parse(release)).orElseThrow(NewsPage::unknown);
        Shelf.BagFile file = shelf.file(published, path).orElseThrow(NewsPage::unknown);
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Partial.of(
                        (offset, length) -> shelf.open(file, offset, length),
                        file.size(),
                        Optional.ofNullable(range))
                .header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded(name))
                .build();
    }

    /// A path in an address (RFC 3986 §3.3): everything but unreserved characters and `/` encoded.
    static String encoded(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(part ->
                        URLEncoder.encode(part, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("*", "%2A")
                                .replace("%7E", "~"))
                .collect(Collectors.joining("/"));
    }
}
