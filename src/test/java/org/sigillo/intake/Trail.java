package org.sigillo.intake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.sigillo.stack.Mark;

/// What a source's machine, its browser and whatever stands on its way say about it: an address of its own on loopback, and
/// headers with words that nobody else uses.
public final class Trail {
    static final Trail NONE = new Trail("127.0.0.1", Map.of(), List.of());

    private final String address;
    private final Map<String, String> headers;
    private final List<Mark> marks;

    private Trail(String address, Map<String, String> headers, List<Mark> marks) {
        this.address = address;
        this.headers = headers;
        this.marks = List.copyOf(marks);
    }

    static Trail of(String source, Random random) {
        byte[] drawn = new byte[16];
        random.nextBytes(drawn);
        String mark = source + HexFormat.of().formatHex(drawn, 0, 5);
        String address = "127." + part(drawn[5]) + "." + part(drawn[6]) + "." + part(drawn[7]);
        String forwarded = "198.51.100." + part(drawn[8]);
        String six =
                "2001:db8:"
                        + HexFormat.of().formatHex(drawn, 9, 11)
                        + "::"
                        + mark.substring(mark.length() - 4);
        String trace = HexFormat.of().formatHex(drawn);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("User-Agent", "Agent/" + mark);
        headers.put("Accept-Language", "tlh-" + mark + ", en;q=0.3");
        headers.put("Referer", "https://www." + mark + ".example/search?q=" + mark);
        headers.put("X-Forwarded-For", forwarded + ", " + six);
        headers.put("X-Real-IP", forwarded);
        headers.put("Forwarded", "for=\"[" + six + "]\";by=" + mark);
        headers.put("True-Client-IP", six);
        headers.put("Via", "1.1 " + mark);
        headers.put("From", mark + "@example.org");
        headers.put("X-Request-Id", mark);
        headers.put("traceparent", "00-" + trace + "-" + trace.substring(16) + "-01");
        headers.put("Sec-CH-UA-Platform", mark);
        headers.put("If-None-Match", "\"" + mark + "\"");
        List<Mark> marks = new ArrayList<>();
        marks.add(Mark.text(source + "'s address", address));
        marks.add(Mark.text(source + "'s forwarded address", forwarded));
        marks.add(Mark.text(source + "'s forwarded address (6)", six));
        marks.add(Mark.text(source + "'s headers", mark));
        marks.add(Mark.text(source + "'s trace", trace));
        return new Trail(address, headers, marks);
    }

    /// Of three digits, so that it is met nowhere by chance.
    private static int part(byte drawn) {
        return 100 + (drawn & 0xff) % 150;
    }

    List<Mark> marks() {
        return marks;
    }

    String address() {
        return address;
    }

    /// Names and values by turns, for a request that is written by hand.
    String lines() {
        StringBuilder lines = new StringBuilder();
        headers.forEach((name, value) -> lines.append(name + ": " + value + "\r\n"));
        return lines.toString();
    }

    void on(java.net.http.HttpRequest.Builder request) {
        headers.forEach(request::header);
    }

    HttpClient client() {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .localAddress(InetAddress.getByName(address))
                    .build();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Socket socket(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(address, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(20_000);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
