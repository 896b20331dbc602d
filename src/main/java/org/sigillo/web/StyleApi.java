package org.sigillo.web;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The one style sheet of the pages without script.
@Path(Door.STYLE)
public final class StyleApi {
    @GET
    @PermitAll
    public Response style() throws IOException {
        try (InputStream in = StyleApi.class.getResourceAsStream("style.css")) {
            if (in == null) {
                throw new IOException("style.css is not in the program");
            }
            return Response.ok(
                            new String(in.readAllBytes(), StandardCharsets.UTF_8),
                            "text/css; charset=utf-8")
                    .header("Cache-Control", "max-age=3600")
                    .build();
        }
    }
}
