package org.sigillo.stack;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Waits until a part answers, and no longer than it lives.
final class Wait {
    private Wait() {}

    private static final Pattern BROKEN = Pattern.compile("\"broken\"\\s*:\\s*\"([^\"]*)\"");

    static void until(URI ready, Child child, Duration patience, BooleanSupplier ending)
            throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            until(() -> answers(http, ready), child, patience, ending);
        }
    }

    /// Waits for an application to be ready, and no longer once it says that the evidence is broken.
    static void untilHealthy(URI ready, Child child, Duration patience, BooleanSupplier ending)
            throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            until(() -> healthy(http, ready), child, patience, ending);
        }
    }

    private static boolean healthy(HttpClient http, URI uri) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                            HttpResponse.BodyHandlers.ofString());
            Matcher broken = BROKEN.matcher(answer.body());
            if (answer.statusCode() == 503 && broken.find()) {
                throw new Refused(
                        "The evidence is broken, and nothing is written: "
                                + broken.group(1)
                                + ". docs/operating.md says what to do.");
            }
            return answer.statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Waits for a port on 127.0.0.1.
    static void untilListening(int port, Child child, Duration patience, BooleanSupplier ending)
            throws IOException, InterruptedException {
        until(() -> listens(port), child, patience, ending);
    }

    private interface Question {
        boolean yes() throws InterruptedException;
    }

    private static void until(
            Question ready, Child child, Duration patience, BooleanSupplier ending)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!ready.yes()) {
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

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
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
