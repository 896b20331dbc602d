package org.sigillo.intake;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.sigillo.stack.Stack;

/// A stack on a day on which as many cases have begun as are wanted.
public final class Crowded implements AutoCloseable {
    private final Stack stack;

    public static Crowded of(Stack stack) throws IOException, InterruptedException, SQLException {
        Crowded crowded = new Crowded(stack);
        while (crowded.begun() < 4) {
            crowded.aCase().close();
        }
        return crowded;
    }

    /// From now on so many may still begin.
    ///
    /// @param left few
    public void leave(long left) throws IOException, InterruptedException, SQLException {
        stack.besides(Map.of("sigillo.intake.new-cases", Long.toString(begun() + left)));
    }

    /// As a server counts them that has just started; one that runs counts every few seconds.
    private long begun() throws SQLException {
        return Long.parseLong(
                stack.asked(
                        "SELECT COALESCE(sum(cases), 0) FROM cases_begun WHERE day = '"
                                + LocalDate.now(ZoneOffset.UTC)
                                + "'"));
    }

    private Crowded(Stack stack) {
        this.stack = stack;
    }

    /// A source that has sent something.
    SourceBrowser aCase() throws IOException, InterruptedException {
        SourceBrowser source = new SourceBrowser(stack);
        source.begin();
        if (source.submit(SourceBrowser.Part.message("a case")).statusCode() != 303) {
            throw new IOException("nothing was sent");
        }
        return source;
    }

    double metric(String name) throws IOException, InterruptedException {
        return asked("/q/metrics")
                .lines()
                .filter(it -> it.startsWith(name))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
                .sum();
    }

    public String well() throws IOException, InterruptedException {
        return asked("/q/health/well");
    }

    static List<String> metrics(Stack stack) throws IOException, InterruptedException {
        return new Crowded(stack).asked("/q/metrics").lines().toList();
    }

    private String asked(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(stack.management() + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stack.besides(Map.of());
    }
}
