package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits until a part answers, and no longer than it lives.
final class Wait {
    private Wait() {}

    static void until(URI ready, Child child, Duration patience, BooleanSupplier ending)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            while (!answers(http, ready)) {
                if (ending.getAsBoolean()) {
                    throw new InterruptedException("told to stop");
                }
                if (!child.isAlive()) {
                    throw child.failure("ended while it was starting");
                }
                if (System.nanoTime() > end) {
                    throw child.failure("was not ready within " + patience.toSeconds() + " s");
                }
                Thread.sleep(150);
            }
        }
    }

    private static boolean answers(HttpClient http, URI uri) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
