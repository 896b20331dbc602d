package org.sigillo.sending;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;

/// HTTP to one newsroom, through its losses: what got no answer is asked again until one comes. Thread
/// safe.
///
/// With a proxy no name is ever looked up on this machine. Says nothing about it: no version, no
/// language; cookies are kept in memory alone.
final class Line implements AutoCloseable {
    /// Bytes of any answer.
    static final int LARGEST = 64 << 20;

    private static final int COOKIES = 8;
    private static final int LARGEST_COOKIE = 8192;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration CLOSED = Duration.ofMinutes(10);
    private static final Duration CONNECT = Duration.ofMinutes(1);
    private static final Duration STALL = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(15);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final OkHttpClient client;
    private final OkHttpClient bulk;
    private final HttpUrl base;
    private final int largest;
    private final Patience patience;
    private final Watcher watcher;
    private final Map<String, String> cookies = new ConcurrentHashMap<>();
    private volatile boolean heard;
    private volatile long lastHeard = System.nanoTime();

    Line(Way way, Patience patience, Watcher watcher, SecureRandom random) {
        this(way, patience, watcher, random, LARGEST);
    }

    /// @param largest bytes of any answer
    Line(Way way, Patience patience, Watcher watcher, SecureRandom random, int largest) {
        this.largest = largest;
        this.patience = patience;
        this.watcher = watcher;
        this.base = HttpUrl.get(way.base());
        OkHttpClient.Builder builder =
                new OkHttpClient.Builder()
                        // One connection a segment, so that several take several ways.
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .followRedirects(false)
                        .retryOnConnectionFailure(false)
                        .connectTimeout(CONNECT)
                        .writeTimeout(STALL)
                        .readTimeout(STALL);
        Optional<InetSocketAddress> proxy = way.proxy();
        if (proxy.isPresent()) {
            Authenticator.setDefault(new Isolation(proxy.get(), random));
            builder.proxy(new Proxy(Proxy.Type.SOCKS, proxy.get())).dns(Line::never);
        } else {
            builder.proxy(Proxy.NO_PROXY).dns(Line::lookup);
        }
        this.bulk = builder.build();
        this.client = bulk.newBuilder().callTimeout(ANSWER).build();
    }

    /// Asks until there is an answer that will stay the same.
    ///
    /// @param body none, where the request has none
    /// @throws IOException once patience is over
    Answer ask(String method, String path, Optional<Json.Obj> body) throws IOException {
        Request.Builder request = request(path);
        if (body.isPresent()) {
            request.method(
                    method,
                    RequestBody.create(
                            CanonicalJson.encode(body.get()),
                            okhttp3.MediaType.get("application/json")));
        } else {
            request.method(method, method.equals("GET") ? null : RequestBody.create(new byte[0]));
        }
        return persist(client, request);
    }

    /// Hands in something large, as often as it takes.
    Answer put(String path, RequestBody body, Map<String, String> headers) throws IOException {
        Request.Builder request = request(path).method("PUT", body);
        headers.forEach(request::header);
        return persist(bulk, request);
    }

    /// Says something once; whether it was heard does not matter.
    void tell(String method, String path) {
        try {
            once(
                    bulk.newBuilder().callTimeout(FAREWELL).build(),
                    request(path).method(method, RequestBody.create(new byte[0])));
        } catch (IOException e) {
            heard = false;
        }
    }

    private Request.Builder request(String path) {
        HttpUrl url = base.resolve(path);
        if (url == null) {
            throw new IllegalArgumentException("not a path");
        }
        return new Request.Builder()
                .url(url)
                .header("User-Agent", "sigillo")
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity");
    }

    private Answer persist(OkHttpClient by, Request.Builder request) throws IOException {
        long began = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            Duration pause = patience.before(attempt);
            IOException lost = null;
            String why;
            Duration limit = heard ? patience.lost() : patience.unheard();
            try {
                Answer answer = once(by, request);
                boolean closed = answer.isRefusedFor("closed");
                if (!answer.passes() && !(closed && heard)) {
                    return answer;
                }
                if (closed && limit.compareTo(CLOSED) > 0) {
                    limit = CLOSED;
                }
                why = answer.refusal().sentence();
                if (answer.pause().compareTo(pause) > 0) {
                    pause = answer.pause();
                }
            } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                lost = e;
                why = "no answer in time";
            } catch (SSLException e) {
                if (!heard) {
                    throw e;
                }
                lost = e;
                why = "the connection broke";
            } catch (IOException e) {
                lost = e;
                why = "the connection broke";
            }
            // Whatever another thread hears gives this one new patience.
            long from = Math.max(began, lastHeard);
            if (System.nanoTime() - from + pause.toNanos() > limit.toNanos()) {
                throw new IOException(
                        "the newsroom is out of reach ("
                                + (lost == null ? why : String.valueOf(lost.getMessage()))
                                + "). What arrived stays; start the same again later.",
                        lost);
            }
            watcher.waits(why, pause);
            sleep(pause);
        }
    }

    /// Until an answer's own time has passed.
    void rest(Answer answer) throws IOException {
        Duration pause = answer.pause().isZero() ? patience.first() : answer.pause();
        watcher.waits("many begin at this moment", pause);
        sleep(pause);
    }

    /// Until another program may be further; longer with each look.
    void meanwhile(int look) throws IOException {
        Duration pause = patience.before(look);
        watcher.waits("another program sends the same", pause);
        sleep(pause);
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private Answer once(OkHttpClient by, Request.Builder request) throws IOException {
        if (!cookies.isEmpty()) {
            StringBuilder all = new StringBuilder();
            new HashMap<>(cookies)
                    .forEach((name, value) ->
                            all.append(all.isEmpty() ? "" : "; ")
                                    .append(name)
                                    .append('=')
                                    .append(value));
            request.header("Cookie", all.toString());
        } else {
            request.removeHeader("Cookie");
        }
        try (Response response = by.newCall(request.build()).execute()) {
            byte[] body;
            try (InputStream in = response.body().byteStream()) {
                body = in.readNBytes(largest + 1);
            }
            if (body.length > largest) {
                throw Answer.malformed("end");
            }
            keepCookies(response.headers("Set-Cookie"));
            Answer answer =
                    new Answer(
                            response.code(),
                            json(response.header("Content-Type"), body),
                            pause(response.header("Retry-After")));
            if (answer.isGood()) {
                heard = true;
                lastHeard = System.nanoTime();
            }
            return answer;
        }
    }

    private static Json.Obj json(@Nullable String type, byte[] body) {
        return body.length > 0 && type != null && type.matches("application/(problem\\+)?json.*")
                ? CanonicalJson.parseAnswer(body)
                : Json.object();
    }

    private static Duration pause(@Nullable String seconds) {
        if (seconds == null || !seconds.matches("[0-9]{1,6}")) {
            return Duration.ZERO;
        }
        Duration pause = Duration.ofSeconds(Long.parseLong(seconds));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private void keepCookies(List<String> set) {
        for (String line : set) {
            String pair = line.split(";", 2)[0];
            int equals = pair.indexOf('=');
            if (equals < 1 || pair.length() > LARGEST_COOKIE) {
                continue;
            }
            String name = pair.substring(0, equals).strip();
            String value = pair.substring(equals + 1).strip();
            if (value.isEmpty()) {
                cookies.remove(name);
            } else if (cookies.containsKey(name) || cookies.size() < COOKIES) {
                cookies.put(name, value);
            }
        }
    }

    private static List<InetAddress> lookup(String host) throws UnknownHostException {
        return Way.isLocalhost(host)
                ? List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}))
                : Dns.SYSTEM.lookup(host);
    }

    /// The proxy is given the name; whoever asked here would tell the network where the source goes.
    private static List<InetAddress> never(String host) throws UnknownHostException {
        throw new UnknownHostException("names are looked up by the proxy alone");
    }

    @Override
    public void close() {
        bulk.dispatcher().executorService().shutdown();
        bulk.connectionPool().evictAll();
    }

    /// Tells the proxy nothing: Java would give it the name of the user who is logged in. Tor takes a
    /// fresh name for the wish to share no circuit with anything else.
    private static final class Isolation extends Authenticator {
        private final InetSocketAddress proxy;
        private final char[] name;

        Isolation(InetSocketAddress proxy, SecureRandom random) {
            byte[] fresh = new byte[16];
            random.nextBytes(fresh);
            this.proxy = proxy;
            this.name = Hex.of(fresh).toCharArray();
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            boolean ours =
                    getRequestingProtocol().startsWith("SOCKS")
                            && getRequestingPort() == proxy.getPort();
            return ours ? new PasswordAuthentication(new String(name), name) : null;
        }
    }
}
