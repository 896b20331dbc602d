package org.sigillo.intake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.sigillo.stack.Stack;

/// A connection to the sources' door on which a test writes what it likes, and reads line by line.
final class RawLine implements AutoCloseable {
    private final Stack stack;
    private final Socket socket;

    RawLine(Stack stack) throws IOException {
        this.stack = stack;
        this.socket = new Socket("127.0.0.1", stack.port());
        socket.setTcpNoDelay(true);
    }

    /// Writes a request's head.
    ///
    /// @param request method and path
    /// @param headers each on a line of its own
    RawLine asks(String request, String... headers) throws IOException {
        StringBuilder head =
                new StringBuilder(request + " HTTP/1.1\r\nHost: drop.localhost:" + stack.port());
        head.append("\r\nOrigin: http://drop.localhost:").append(stack.port());
        for (String header : headers) {
            head.append("\r\n").append(header);
        }
        write(head.append("\r\n\r\n").toString());
        return this;
    }

    /// Writes the head of a source's form.
    RawLine form(SourceBrowser source, String... headers) throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Cookie: " + source.cookie();
        all[headers.length + 1] =
                "Content-Type: multipart/form-data; boundary=" + SourceBrowser.BOUNDARY;
        return asks("POST /en/submit", all);
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.US_ASCII));
    }

    void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /// The next line that comes in this time; "" for an empty one, and when the connection has ended.
    Optional<String> line(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0 && b != '\n';
                    b = socket.getInputStream().read()) {
                line.write(b);
            }
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (SocketException e) {
            return Optional.of("");
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8).strip());
    }

    /// Everything that comes until the connection ends, at the latest in this time.
    ///
    /// @return none if it has not ended
    Optional<String> rest(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        try {
            return Optional.of(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (SocketException e) {
            return Optional.of("");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
