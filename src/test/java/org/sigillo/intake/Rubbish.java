package org.sigillo.intake;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sigillo.stack.Stack;

/// Requests that cannot be read, or ask for what is not there.
final class Rubbish {
    /// `MARK` is what must be kept nowhere.
    private static final List<String> REQUESTS =
            List.of(
                    "GET /MARK HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /en?q=MARK HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /en/MARK HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /assets/../MARK HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /MARK%zz HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET http://MARK.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: MARK.example\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: HOST, MARK\r\n\r\n",
                    "GET /en MARK/9.9\r\nHost: HOST\r\n\r\n",
                    "MARK /en HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "CONNECT MARK:443 HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: HOST\r\nMARK\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: HOST\r\nX-MARK: \u0001\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: HOST\r\nX: MARK LONG\r\n\r\n",
                    "GET /en/MARK/LONG HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "GET /en/case HTTP/1.1\r\nHost: HOST\r\nCookie: sigillo=MARK\r\n\r\n",
                    "GET /api/case HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer MARK\r\n\r\n",
                    "GET /api/case HTTP/1.1\r\nHost: HOST\r\nAuthorization: Basic MARK\r\n\r\n",
                    "GET /en HTTP/1.1\r\nHost: HOST\r\nUpgrade: websocket\r\nSec-WebSocket-Key: MARK\r\n\r\n",
                    "POST /en/start HTTP/1.1\r\nHost: HOST\r\nOrigin: https://MARK.example\r\nContent-Length: 0\r\n\r\n",
                    "POST /en/start HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Type: text/MARK\r\nContent-Length: 0\r\n\r\n",
                    "POST /en/return HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nExpect: MARK\r\nContent-Length: 0\r\n\r\n",
                    "POST /en/return HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nTransfer-Encoding: chunked\r\n\r\nMARK\r\n",
                    "POST /en/return HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Length: MARK\r\n\r\n",
                    "POST /en/submit HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Type: multipart/form-data; boundary=MARK\r\nContent-Length: 0\r\n\r\n",
                    "POST /api/session HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"begin\":\"MARK\",\"locator\":1,\"recipient\":2}",
                    "POST /api/session HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"MARK",
                    "POST /api/session/proof HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"token\":\"MARK\"}                        ",
                    "PUT /api/exhibits/MARK/segments/0 HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/octet-stream\r\nContent-Digest: MARK\r\nContent-Length: 0\r\n\r\n");

    private Rubbish() {}

    /// Sends them all, each with this source's headers.
    static void send(Stack stack, Trail trail, Marked marked) throws IOException {
        for (String door : List.of("drop", "news")) {
            for (String request : REQUESTS) {
                String written =
                        request.replace("LONG", "x".repeat(40_000))
                                .replace("MARK", marked.word("rubbish"))
                                .replace("HOST", door + ".localhost:" + stack.port())
                                .replaceFirst(
                                        "\r\nHost",
                                        "\r\nConnection: close\r\n" + trail.lines() + "Host");
                try (Socket socket = trail.socket(stack.port())) {
                    socket.setSoTimeout(500);
                    socket.getOutputStream().write(written.getBytes(StandardCharsets.ISO_8859_1));
                    socket.getInputStream().readAllBytes();
                } catch (SocketTimeoutException e) {
                    // It waits for more.
                }
            }
        }
    }
}
