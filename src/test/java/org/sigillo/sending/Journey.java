package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.ContentReader;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealedBox;

/// A source at a drop on the loopback address, and what can happen on its way.
abstract class Journey {
    static final Patience SHORT =
            new Patience(
                    Duration.ofMillis(2),
                    Duration.ofMillis(50),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10));

    /// Gives up almost at once.
    static final Patience NONE =
            new Patience(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, Duration.ZERO);

    static final int CUT = 64 << 20;

    final SecureRandom random = new SecureRandom();
    final Codename codename = Codename.generate(random);
    final TestNewsroom newsroom = new TestNewsroom();
    @TempDir Path folder;
    FakeDrop drop;

    @BeforeEach
    void a_drop_on_loopback() throws IOException {
        drop = new FakeDrop(newsroom, Files.createDirectory(folder.resolve("drop")));
    }

    @AfterEach
    void it_closes() {
        drop.close();
    }

    Visit visit(Patience patience, boolean fresh) throws IOException {
        Visit visit =
                Newsroom.reach(
                        drop.way(),
                        Optional.of(drop.own.newsroom().genesis.hash()),
                        patience,
                        Watcher.NONE,
                        random);
        visit.enter(codename, fresh);
        return visit;
    }

    List<Sent> send(Patience patience, Content... contents) throws IOException {
        return send(patience, false, contents);
    }

    /// @param anyway also what has arrived before
    List<Sent> send(Patience patience, boolean anyway, Content... contents) throws IOException {
        List<Sent> sent = new ArrayList<>();
        try (Visit visit = visit(patience, true)) {
            visit.send(List.of(contents), anyway, sent::add);
        }
        return sent;
    }

    /// Of three cuts, of which the last did not come.
    Content brokenOff() throws IOException {
        Content file = file("large.bin", 2L * CUT + 5, "large");
        brokenOff(file, 2);
        assertThat(only().segments.keySet()).contains(0, 1).doesNotContain(2);
        return file;
    }

    /// This cut of it does not come.
    void brokenOff(Content file, int cut) {
        drop.troubles.add(always("PUT /api/exhibits/.*/segments/" + cut, Journey::hangUp));
        assertThatThrownBy(() -> send(NONE, file)).isInstanceOf(IOException.class);
        drop.troubles.clear();
        drop.asked.clear();
    }

    /// Another byte at this place.
    static void change(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            file.write(1);
        }
    }

    Content file(String name, long size, String beginning) throws IOException {
        Path path = folder.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            file.write(beginning.getBytes(StandardCharsets.UTF_8));
        }
        return Content.file(path);
    }

    static Content message(String text) {
        return Content.message(text.getBytes(StandardCharsets.UTF_8));
    }

    /// As a reviewer opens it: the label, then the segments in their order.
    String digestAsOpened(FakeCase.Exhibit exhibit, HybridIdentity generation) throws IOException {
        Json.Obj label = label(exhibit, generation);
        List<Json> digests = label.array("segments");
        try (ContentReader content =
                new ContentReader(
                        generation,
                        label.number("size"),
                        n -> {
                            FakeCase.Segment it = exhibit.segments.get(n);
                            assertThat(digests.get(n)).isEqualTo(Json.text(it.digest().hex()));
                            return Files.newInputStream(it.file());
                        },
                        Optional.of(label.digest("sha256")))) {
            return Sha256.ofRest(content).hex();
        }
    }

    static Json.Obj label(FakeCase.Exhibit exhibit, HybridIdentity generation) {
        return CanonicalJson.parseObject(
                SealedBox.openPadded(Base64.parse(exhibit.finished.text("label")), generation));
    }

    FakeCase.Exhibit only() {
        assertThat(drop.own.exhibits).hasSize(1);
        return drop.own.exhibits.values().iterator().next();
    }

    void assertArrived(Content content) throws IOException {
        assertThat(digestAsOpened(only(), drop.own.granted(newsroom.rosa)))
                .isEqualTo(Cuts.digest(content).hex());
    }

    /// Deals with the first request of this kind only.
    static FakeDrop.Trouble once(String kind, FakeDrop.Trouble trouble) {
        AtomicBoolean met = new AtomicBoolean();
        return exchange ->
                line(exchange).matches(kind) && !met.getAndSet(true) && trouble.meets(exchange);
    }

    static FakeDrop.Trouble always(String kind, FakeDrop.Trouble trouble) {
        return exchange -> line(exchange).matches(kind) && trouble.meets(exchange);
    }

    static String line(HttpExchange exchange) {
        return exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    }

    /// Reads some of it and hangs up.
    static boolean hangUp(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readNBytes(1 << 20);
        exchange.close();
        return true;
    }

    static FakeDrop.Trouble answering(int status, String guard) {
        return exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            FakeDrop.refuse(exchange, status, guard);
            return true;
        };
    }
}
