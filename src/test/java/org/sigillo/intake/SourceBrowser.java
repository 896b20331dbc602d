package org.sigillo.intake;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.sealing.Codename;
import org.sigillo.stack.Stack;

/// A source without JavaScript: sends forms, keeps one cookie, follows nothing by itself.
public final class SourceBrowser implements AutoCloseable {
    static final String BOUNDARY = "----sigillo-test-boundary";
    private static final Pattern WORDS =
            Pattern.compile("id=\"codename\"[^>]*>([a-z -]+)</p>", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("word number ([1-7]) of");

    private final Stack stack;
    private final Trail trail;
    private final HttpClient http;
    private String cookie = "";

    public SourceBrowser(Stack stack) {
        this(stack, Trail.NONE);
    }

    public SourceBrowser(Stack stack, Trail trail) {
        this(stack, trail, trail.client());
    }

    /// One of many that share their connections.
    SourceBrowser(Stack stack, HttpClient http) {
        this(stack, Trail.NONE, http);
    }

    private SourceBrowser(Stack stack, Trail trail, HttpClient http) {
        this.stack = stack;
        this.trail = trail;
        this.http = http;
    }

    /// One part of a form.
    public record Part(String field, String filename, byte[] content) {
        public static Part message(String text) {
            return new Part("message", "", text.getBytes(StandardCharsets.UTF_8));
        }

        public static Part file(String name, byte[] content) {
            return new Part("files", name, content);
        }
    }

    /// Begins and confirms; answers the codename.
    public String begin() throws IOException, InterruptedException {
        post("/en/start", "");
        return confirm(get("/en/codename").body());
    }

    /// Sends the word that this page asks for; answers the codename that it shows.
    String confirm(String page) throws IOException, InterruptedException {
        String codename = first(WORDS, page);
        int asked = Integer.parseInt(first(NUMBER, page));
        HttpResponse<String> confirmed =
                post("/en/confirm", "word=" + codename.split(" ")[asked - 1]);
        if (confirmed.statusCode() != 303) {
            throw new IOException("the word was refused: " + confirmed.body());
        }
        return codename;
    }

    public HttpResponse<String> submit(Part... parts) throws IOException, InterruptedException {
        return send(
                request("/en/submit")
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body(parts))));
    }

    /// The same without a length (RFC 9112 §7.1).
    HttpResponse<String> submitInChunks(Part... parts) throws IOException, InterruptedException {
        byte[] body = body(parts);
        return send(
                request("/en/submit")
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(body))));
    }

    /// As browsers do (WHATWG HTML §4.10.22.8).
    private static String escaped(String name) {
        return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    static byte[] body(Part... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Part part : parts) {
            String name =
                    part.field().equals("files")
                            ? "; filename=\"" + escaped(part.filename()) + "\""
                            : "";
            out.write(
                    ("--"
                                    + BOUNDARY
                                    + "\r\nContent-Disposition: form-data; name=\""
                                    + part.field()
                                    + "\""
                                    + name
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            out.write(part.content());
            out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        out.write(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /// With a codename that was written down.
    HttpResponse<String> comesBack(Codename codename) throws IOException, InterruptedException {
        return post(
                "/en/return",
                "codename=" + URLEncoder.encode(codename.revealText(), StandardCharsets.UTF_8));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String form)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(stack.application().toString() + path))
                        .header("Host", "drop.localhost:" + stack.port())
                        .header("Origin", "http://drop.localhost:" + stack.port());
        trail.on(builder);
        return cookie.isEmpty() ? builder : builder.header("Cookie", cookie);
    }

    String cookie() {
        return cookie;
    }

    /// Whoever has copied a cookie.
    SourceBrowser with(String copied) {
        cookie = copied;
        return this;
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answer.headers()
                .firstValue("Set-Cookie")
                .ifPresent(header -> cookie = header.substring(0, header.indexOf(';')));
        return answer;
    }

    private static String first(Pattern pattern, String page) throws IOException {
        Matcher matcher = pattern.matcher(page);
        if (!matcher.find()) {
            throw new IOException("the page does not show " + pattern + ": " + page);
        }
        return matcher.group(1).strip();
    }

    @Override
    public void close() {
        http.close();
    }
}
