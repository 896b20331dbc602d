package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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
            HttpResponse<InputStream> response =
                    client.send(
                            HttpRequest.newBuilder(authority)
                                    .timeout(PATIENCE)
                                    .header("Content-Type", TimeStamp.QUERY_TYPE)
                                    .header("Accept", TimeStamp.REPLY_TYPE)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(query))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] reply = body.readNBytes(TimeStamp.LARGEST_REPLY + 1);
                if (response.statusCode() != 200 || reply.length > TimeStamp.LARGEST_REPLY) {
                    throw new IOException(
                            authority
                                    + " was answered with "
                                    + response.statusCode()
                                    + " and "
                                    + reply.length
                                    + " bytes");
                }
                return reply;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
