package org.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Reads a log's files over HTTP. A host below `.localhost` is this machine, which Java's resolver
/// does not know.
final class LogClient implements AutoCloseable {
    static {
        // Read once by the HTTP client, before its first use.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    /// Bytes of any file of a log; a full tile has 8 KiB, a full bundle at most 4.2 MB.
    static final int LARGEST = 8 << 20;

    private final HttpClient client =
            HttpClient.newBuilder()
                    // A Host of one's own and the upgrade to HTTP/2 do not go together.
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private final URI base;
    private final String host;

    LogClient(URI given) {
        String host = given.getHost();
        if (host == null) {
            throw new IllegalArgumentException("not the address of a log: " + given);
        }
        this.host = given.getAuthority();
        String text = given.toString();
        String slash = text.endsWith("/") ? text : text + "/";
        this.base =
                URI.create(
                        host.endsWith(".localhost")
                                ? slash.replaceFirst(
                                        "//" + java.util.regex.Pattern.quote(host), "//127.0.0.1")
                                : slash);
    }

    Optional<byte[]> read(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Host", host)
                        .timeout(Duration.ofSeconds(30))
                        .build();
        try {
            HttpResponse<byte[]> response =
                    client.send(
                            request,
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), LARGEST));
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new UncheckedIOException(
                        new IOException(path + " was answered with " + response.statusCode()));
            }
            return Optional.of(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
