package org.sigillo.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

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
    private final Duration patience;

    LogClient(URI given) {
        this(given, Duration.ofMinutes(2));
    }

    /// @param patience with one file, to its last byte
    LogClient(URI given, Duration patience) {
        this.patience = patience;
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
        // The request's own time ends with the headers: a server that stalls then would hold us for
        // ever.
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), LARGEST));
        try {
            HttpResponse<byte[]> response = answer.get(patience.toMillis(), MILLISECONDS);
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new UncheckedIOException(
                        new IOException(path + " was answered with " + response.statusCode()));
            }
            return Optional.of(response.body());
        } catch (ExecutionException e) {
            throw new UncheckedIOException(
                    e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        } catch (TimeoutException e) {
            throw new UncheckedIOException(
                    new IOException(path + " did not come in " + patience.toSeconds() + " s", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
