package org.sigillo.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.sigillo.stack.Stack;

/// A form, or another request with a body, that is written piece by piece, as far as a test wants it to come.
final class RawForm implements AutoCloseable {
    private final Socket socket;
    private final byte[] body;
    private int sent;

    private RawForm(Socket socket, byte[] body) {
        this.socket = socket;
        this.body = body;
    }

    /// Sends the head of a form.
    static RawForm of(Stack stack, SourceBrowser source, Trail trail, byte[] body)
            throws IOException {
        String head =
                "Origin: http://drop.localhost:"
                        + stack.port()
                        + "\r\nCookie: "
                        + source.cookie()
                        + "\r\n"
                        + trail.lines()
                        + "Content-Type: multipart/form-data; boundary="
                        + SourceBrowser.BOUNDARY
                        + "\r\n";
        return of(stack, "POST /en/submit", trail, head, body);
    }

    /// Sends the head of any request.
    ///
    /// @param head besides host and length
    static RawForm of(Stack stack, String request, Trail trail, String head, byte[] body)
            throws IOException {
        RawForm form = new RawForm(trail.socket(stack.port()), body);
        form.write(
                (request
                                + " HTTP/1.1\r\nHost: drop.localhost:"
                                + stack.port()
                                + "\r\n"
                                + head
                                + "Content-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        return form;
    }

    private void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /// So many bytes of the body in all.
    void to(int end) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(body, sent, end - sent);
        out.flush();
        sent = end;
    }

    /// One byte more of the body.
    void more() throws IOException {
        to(sent + 1);
    }

    /// The rest of the body, and what is answered. Whoever has waited too long goes away.
    ///
    /// @return the status; none of HTTP's if the connection ended
    int end() {
        String head = head();
        return head.length() < 12 ? 0 : Integer.parseInt(head.substring(9, 12));
    }

    /// The same, but the answer's whole head; less if the connection ended.
    String head() {
        StringBuilder head = new StringBuilder();
        try {
            to(body.length);
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                head.append((char) c);
                if (head.toString().endsWith("\r\n\r\n")) {
                    break;
                }
            }
        } catch (IOException e) {
            try {
                close();
            } catch (IOException also) {
                e.addSuppressed(also);
            }
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
