package org.sigillo.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;

/// What an administrator does with the vault at the desk.
public final class VaultOperator implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 300;

    private final Hand administrator;

    public VaultOperator(Newsroom newsroom, String name) throws IOException, InterruptedException {
        this.administrator = new Hand(newsroom, name);
        administrator.link();
    }

    public Hand hand() {
        return administrator;
    }

    public JsonNode view() throws IOException, InterruptedException {
        return JSON.readTree(answer("GET", "/api/vault", 200));
    }

    /// Where each object is and which digest it has, as `sigillo vault` takes it.
    public String inventory() throws IOException, InterruptedException {
        return answer("GET", "/api/vault/inventory", 200);
    }

    /// Settles what has come so far, and waits until nothing is left to settle.
    public void settle() throws IOException, InterruptedException {
        String before = ended(view());
        // A replica that has just started does not lead at once.
        for (int i = 0; ask("POST", "/api/vault/settle").statusCode() != 202; i++) {
            again(i, "to settle");
        }
        JsonNode now = view();
        for (int i = 0; ended(now).equals(before); i++) {
            again(i, "for what waits to settle");
            now = view();
        }
        if (now.path("settled").path("waiting").asLong() != 0) {
            throw new IOException("not all has settled: " + now);
        }
    }

    private static String ended(JsonNode view) {
        return view.path("settled").path("ended").asText();
    }

    /// Reads everything again, to the end.
    public void scrub() throws IOException, InterruptedException {
        String before = view().path("scrubbed").path("begun").asText();
        answer("POST", "/api/vault/scrub", 202);
        for (int i = 0; !isOver(view().path("scrubbed"), before); i++) {
            again(i, "for a scrub");
        }
    }

    private static boolean isOver(JsonNode scrubbed, String before) {
        return !scrubbed.path("begun").asText().equals(before) && scrubbed.hasNonNull("ended");
    }

    private String answer(String method, String path, int expected)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(method, path);
        if (answer.statusCode() != expected) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private HttpResponse<String> ask(String method, String path)
            throws IOException, InterruptedException {
        return administrator.ask(method, "desk", path, method.equals("GET") ? "" : "{}");
    }

    private static void again(int tries, String what) throws IOException, InterruptedException {
        if (tries == TRIES) {
            throw new IOException("waited a minute " + what);
        }
        Thread.sleep(200);
    }

    @Override
    public void close() {
        administrator.close();
    }
}
