package org.sigillo.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// One form with one file in it, as a browser without JavaScript sends it: a single multipart POST over loopback, its bytes from
/// memory, so that the sender costs little.
///
/// @param head request line and headers, but for type and length
/// @param field of the file
record Form(int port, String head, String field) {
    private static final String BOUNDARY = "----sigillo-bench-boundary";
    private static final byte[] CHUNK = new byte[1 << 20];

    static {
        new Random(1).nextBytes(CHUNK);
    }

    /// How the form went.
    ///
    /// @param seconds from the first byte sent to the first of the answer
    /// @param afterLast of these, from the last byte sent
    record Sent(int status, double seconds, double afterLast) {}

    /// Sends a file of so many bytes as fast as they are taken.
    Sent send(long size) throws IOException {
        return send(size, CHUNK.length, 0);
    }

    /// Sends it piece by piece, with a pause after each.
    Sent send(long size, int piece, long pauseMillis) throws IOException {
        byte[] before =
                ("--"
                                + BOUNDARY
                                + "\r\nContent-Disposition: form-data; name=\""
                                + field
                                + "\"; filename=\"bench.bin\"\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] after = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        long from = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            out.write(
                    (head
                                    + "Content-Type: multipart/form-data; boundary="
                                    + BOUNDARY
                                    + "\r\nContent-Length: "
                                    + (before.length + size + after.length)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(before);
            for (long left = size; left > 0; left -= piece) {
                out.write(CHUNK, 0, (int) Math.min(piece, left));
                pause(pauseMillis);
            }
            out.write(after);
            out.flush();
            long last = System.nanoTime();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
            long end = System.nanoTime();
            if (!answer.matches("HTTP/1\\.[01] [0-9]{3}")) {
                throw new IOException("a form was answered by " + answer);
            }
            return new Sent(
                    Integer.parseInt(answer.substring(9)), (end - from) / 1e9, (end - last) / 1e9);
        }
    }

    private static void pause(long millis) throws IOException {
        if (millis == 0) {
            return;
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
