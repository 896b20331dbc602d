package org.sigillo.testimony;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.sigillo.note.NoteException;
import org.sigillo.note.TimeStamp;

/// Asks time stamp authorities over HTTP (RFC 3161 §3.4), each until it answers well or its
/// attempts are used up. An authority learns a digest of a published checkpoint and nothing else.
public final class StampClient implements AutoCloseable {
    private final List<Authority> authorities;
    private final Patience patience;
    private final RandomGenerator random;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public StampClient(List<Authority> authorities, Patience patience, RandomGenerator random) {
        this.authorities = List.copyOf(authorities);
        this.patience = patience;
        this.random = random;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(patience.answer())
                        .build();
    }

    /// Those who are asked.
    public List<Authority> asked() {
        return authorities.stream().filter(Authority::asked).toList();
    }

    /// Somebody who stamps.
    ///
    /// @param name for file names and tables: lower-case letters, digits and hyphens
    public record Authority(String name, URI address, TimeStamp.Anchors anchors) {
        private static final String UNASKED = "-";

        public Authority {
            if (!name.matches("[a-z0-9][a-z0-9-]{0,31}")) {
                throw new IllegalArgumentException(
                        "An authority's name has up to 32 lower-case letters, digits and hyphens: "
                                + name);
            }
        }

        /// The operator's list: a line each, `name address roots`, the roots being a PEM file beside the
        /// list; `#` begins a comment. One that is not asked any more stays in it, with `-` for its
        /// address, as long as there are stamps of it.
        public static List<Authority> read(Path file) throws IOException {
            List<Authority> authorities = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (String line : Files.readAllLines(file)) {
                String text = line.replaceFirst("#.*", "").strip();
                if (text.isEmpty()) {
                    continue;
                }
                String[] words = text.split("\\s+", -1);
                if (words.length != 3 || !names.add(words[0])) {
                    throw new IllegalArgumentException(
                            file + ": a line is: name address roots, each name once; not: " + text);
                }
                if (!words[1].equals(UNASKED) && Addresses.web(words[1]).isEmpty()) {
                    throw new IllegalArgumentException(
                            file + ": not an address (http or https, or -): " + words[1]);
                }
                String roots = Files.readString(file.resolveSibling(words[2]));
                authorities.add(
                        new Authority(
                                words[0], URI.create(words[1]), TimeStamp.Anchors.parse(roots)));
            }
            return List.copyOf(authorities);
        }

        /// One that is not asked any more has `-` for an address: what it stamped is still checked.
        boolean asked() {
            return !address.toString().equals(UNASKED);
        }
    }

    /// How long an answer may take from the first byte sent to the last received, how often it is asked
    /// for, and what lies between.
    public record Patience(Duration answer, int attempts, Duration pause) {
        public static final Patience USUAL =
                new Patience(Duration.ofSeconds(10), 3, Duration.ofSeconds(2));
    }

    /// Why there is no stamp.
    public enum Reason {
        UNREACHABLE("unreachable", true),
        TOO_SLOW("too-slow", true),
        BUSY("busy", true),
        REFUSED("refused", false),
        TOO_LARGE("too-large", false),
        DOES_NOT_HOLD("does-not-hold", false);

        private final String word;
        private final boolean again;

        Reason(String word, boolean again) {
            this.word = word;
            this.again = again;
        }

        public String word() {
            return word;
        }
    }

    public sealed interface Answer {
        Authority authority();
    }

    /// A stamp that was checked; its reply is to be stored as it is.
    public record Stamped(Authority authority, TimeStamp stamp) implements Answer {}

    /// No stamp.
    ///
    /// @param detail a sentence for operators
    public record Failed(Authority authority, Reason reason, String detail) implements Answer {}

    /// Asks one of them.
    ///
    /// @param stamped [TimeStamp#stamped] of the checkpoint
    public Answer stamp(Authority authority, byte[] stamped) throws InterruptedException {
        Answer answer = once(authority, stamped);
        for (int attempt = 1;
                attempt < patience.attempts()
                        && answer instanceof Failed failed
                        && failed.reason().again;
                attempt++) {
            Thread.sleep(patience.pause());
            answer = once(authority, stamped);
        }
        return answer;
    }

    /// The client's own time-outs end with the answer's head; this one also bounds its body.
    private Answer once(Authority authority, byte[] stamped) throws InterruptedException {
        TimeStamp.Query query = TimeStamp.query(stamped, random);
        Future<Answer> exchange = threads.submit(() -> exchange(authority, query));
        try {
            return exchange.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Failed(authority, Reason.TOO_SLOW, "no answer in " + patience.answer());
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for a time stamp", e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    private Answer exchange(Authority authority, TimeStamp.Query query)
            throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(authority.address())
                        .header("Content-Type", TimeStamp.QUERY_TYPE)
                        .header("Accept", TimeStamp.REPLY_TYPE)
                        .header("User-Agent", "sigillo")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(query.bytes()))
                        .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                int status = response.statusCode();
                if (status != 200) {
                    boolean busy = status >= 500 || status == 429;
                    return new Failed(
                            authority, busy ? Reason.BUSY : Reason.REFUSED, "HTTP " + status);
                }
                byte[] reply = body.readNBytes(TimeStamp.LARGEST_REPLY + 1);
                if (reply.length > TimeStamp.LARGEST_REPLY) {
                    return new Failed(
                            authority,
                            Reason.TOO_LARGE,
                            "more than " + TimeStamp.LARGEST_REPLY + " bytes");
                }
                return new Stamped(authority, query.answered(reply, authority.anchors()));
            }
        } catch (IOException e) {
            return new Failed(authority, Reason.UNREACHABLE, String.valueOf(e.getMessage()));
        } catch (NoteException e) {
            return new Failed(authority, Reason.DOES_NOT_HOLD, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
