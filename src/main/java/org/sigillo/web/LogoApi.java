package org.sigillo.web;

import io.quarkus.runtime.Startup;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The newsroom's mark at the head of the pages without script: a small PNG or SVG, read at the start.
@Path(Door.LOGO)
@Singleton
@Startup
public final class LogoApi {
    /// A source's circuit is slow.
    private static final int LARGEST = 64 * 1024;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final Optional<Mark> mark;

    LogoApi(@ConfigProperty(name = "sigillo.newsroom.logo") Optional<java.nio.file.Path> file)
            throws IOException {
        this.mark = file.isPresent() ? Optional.of(Mark.read(file.get())) : Optional.empty();
    }

    private record Mark(String type, byte[] bytes) {
        static Mark read(java.nio.file.Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > LARGEST) {
                throw new IOException(
                        "sigillo.newsroom.logo: " + file + " has more than " + LARGEST + " bytes");
            }
            if (Arrays.equals(bytes, 0, Math.min(bytes.length, PNG.length), PNG, 0, PNG.length)) {
                return new Mark("image/png", bytes);
            }
            String text = new String(bytes, StandardCharsets.UTF_8).stripLeading();
            if (text.startsWith("<svg") || text.startsWith("<?xml") && text.contains("<svg")) {
                // In a page it runs no script, and opened by itself the door's policy forbids it.
                return new Mark("image/svg+xml", bytes);
            }
            throw new IOException("sigillo.newsroom.logo: " + file + " is neither PNG nor SVG");
        }
    }

    @GET
    @PermitAll
    public Response logo() {
        return mark.map(it ->
                        Response.ok(it.bytes(), it.type()).header("Cache-Control", "max-age=3600"))
                .orElseGet(() -> Response.status(Response.Status.NOT_FOUND))
                .build();
    }
}
