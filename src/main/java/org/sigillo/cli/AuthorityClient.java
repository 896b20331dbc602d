package org.sigillo.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sigillo.note.TimeStamp;

/// Asks one time stamp authority once (RFC 3161 §3.4).
final class AuthorityClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private AuthorityClient() {}

    static byte[] ask(URI authority, byte[] query) throws IOException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(PATIENCE)
                        .build()) {
            Future<HttpResponse<byte[]>> answer =
                    client.sendAsync(
                            HttpRequest.newBuilder(authority)
                                    .timeout(PATIENCE)
                                    .header("Content-Type", TimeStamp.QUERY_TYPE)
                                    .header("Accept", TimeStamp.REPLY_TYPE)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(query))
                                    .build(),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(),
                                    TimeStamp.LARGEST_REPLY));
            try {
                // The request's own limit ends with the head of the answer.
                HttpResponse<byte[]> reply = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (reply.statusCode() != 200) {
                    throw new IOException(authority + " answered with " + reply.statusCode());
                }
                return reply.body();
            } finally {
                client.shutdownNow();
            }
        } catch (ExecutionException e) {
            throw new IOException(authority + " gave no answer: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException(
                    authority + " gave no whole answer in " + PATIENCE.toSeconds() + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
