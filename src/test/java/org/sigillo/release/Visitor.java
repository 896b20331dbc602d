package org.sigillo.release;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.stack.Stack;

/// Anybody who reads what was released.
public final class Visitor implements AutoCloseable {
    private final Stack stack;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Visitor(Stack stack) {
        this.stack = stack;
    }

    HttpResponse<String> list() throws Exception {
        return text("news", "/en");
    }

    HttpResponse<String> page(Proposal proposal) throws Exception {
        return text("news", "/en/releases/" + proposal.release);
    }

    HttpResponse<String> text(String door, String path) throws Exception {
        return http.send(request(door, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    public byte[] tar(Proposal proposal) throws Exception {
        return file(proposal.release + ".tar").body();
    }

    public HttpResponse<byte[]> file(String path, String... range) throws Exception {
        HttpRequest.Builder request = request("files", "/" + path);
        for (String one : range) {
            request.header("Range", one);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String door, String path) {
        return HttpRequest.newBuilder(URI.create(stack.application() + path))
                .header("Host", door + ".localhost:" + stack.port());
    }

    @Override
    public void close() {
        http.close();
    }
}
