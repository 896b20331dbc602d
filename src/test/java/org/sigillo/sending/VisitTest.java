package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.Id;
import org.sigillo.custody.Receipt;
import org.sigillo.note.NoteVerifier;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.ContentReader;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealedBox;

class VisitTest {
    private static final Patience SHORT =
            new Patience(
                    Duration.ofMillis(2),
                    Duration.ofMillis(50),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10));

    /// Gives up almost at once.
    private static final Patience NONE =
            new Patience(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, Duration.ZERO);

    private static final int CUT = 64 << 20;

    private final SecureRandom random = new SecureRandom();
    private final Codename codename = Codename.generate(random);
    private final TestNewsroom newsroom = new TestNewsroom();
    @TempDir Path folder;
    private FakeDrop drop;

    @BeforeEach
    void a_drop_on_loopback() throws IOException {
        drop = new FakeDrop(newsroom, Files.createDirectory(folder.resolve("drop")));
    }

    @AfterEach
    void it_closes() {
        drop.close();
    }

    private Visit visit(Patience patience, boolean fresh) throws IOException {
        Visit visit =
                Newsroom.reach(
                        drop.way(),
                        Optional.of(newsroom.genesis.hash()),
                        patience,
                        Watcher.NONE,
                        random);
        visit.enter(codename, fresh);
        return visit;
    }

    private List<Sent> send(Patience patience, Content... contents) throws IOException {
        List<Sent> sent = new ArrayList<>();
        try (Visit visit = visit(patience, true)) {
            visit.send(List.of(contents), sent::add);
        }
        return sent;
    }

    private Content file(String name, long size, String beginning) throws IOException {
        Path path = folder.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
            file.write(beginning.getBytes(StandardCharsets.UTF_8));
        }
        return Content.file(path);
    }

    private static Content message(String text) {
        return Content.message(text.getBytes(StandardCharsets.UTF_8));
    }

    /// As a reviewer opens it: the label, then the segments in their order.
    private String digestAsOpened(FakeDrop.Exhibit exhibit, HybridIdentity generation)
            throws IOException {
        Json.Obj label = label(exhibit, generation);
        List<Json> digests = label.array("segments");
        try (ContentReader content =
                new ContentReader(
                        generation,
                        label.number("size"),
                        n -> {
                            FakeDrop.Segment it = exhibit.segments.get(n);
                            assertThat(digests.get(n)).isEqualTo(Json.text(it.digest().hex()));
                            return Files.newInputStream(it.file());
                        },
                        Optional.of(label.digest("sha256")))) {
            return Sha256.ofRest(content).hex();
        }
    }

    private static Json.Obj label(FakeDrop.Exhibit exhibit, HybridIdentity generation) {
        return CanonicalJson.parseObject(
                SealedBox.openPadded(Base64.parse(exhibit.finished.text("label")), generation));
    }

    private FakeDrop.Exhibit only() {
        assertThat(drop.exhibits).hasSize(1);
        return drop.exhibits.values().iterator().next();
    }

    private void assertArrived(Content content) throws IOException {
        assertThat(digestAsOpened(only(), drop.granted(newsroom.rosa)))
                .isEqualTo(Cuts.digest(content).hex());
    }

    /// Deals with the first request of this kind only.
    private static FakeDrop.Trouble once(String kind, FakeDrop.Trouble trouble) {
        AtomicBoolean met = new AtomicBoolean();
        return exchange ->
                line(exchange).matches(kind) && !met.getAndSet(true) && trouble.meets(exchange);
    }

    private static FakeDrop.Trouble always(String kind, FakeDrop.Trouble trouble) {
        return exchange -> line(exchange).matches(kind) && trouble.meets(exchange);
    }

    private static String line(HttpExchange exchange) {
        return exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    }

    /// Reads some of it and hangs up.
    private static boolean hangUp(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readNBytes(1 << 20);
        exchange.close();
        return true;
    }

    private static FakeDrop.Trouble answering(int status, String guard) {
        return exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            FakeDrop.refuse(exchange, status, guard);
            return true;
        };
    }

    @Nested
    class Sending_what_is_new {
        @Test
        void brings_message_and_file_and_a_reviewer_opens_both() throws IOException {
            Content file = file("leak.bin", 100_000, "the secret");
            List<Sent> sent = send(SHORT, message("Look at page 3."), file);

            assertThat(sent).extracting(Sent::number).containsExactly(1L, 2L);
            assertThat(sent.get(1).sha256()).isEqualTo(Cuts.digest(file));
            for (TestNewsroom.Person person : List.of(newsroom.rosa, newsroom.remy)) {
                HybridIdentity generation = drop.granted(person);
                FakeDrop.Exhibit second = drop.exhibits.get(sent.get(1).exhibit().hex());
                assertThat(digestAsOpened(second, generation)).isEqualTo(Cuts.digest(file).hex());
                assertThat(label(second, generation).text("name")).isEqualTo("leak.bin");
                assertThat(
                                label(drop.exhibits.get(sent.get(0).exhibit().hex()), generation)
                                        .text("kind"))
                        .isEqualTo("message");
            }
        }

        @Test
        void cuts_large_files_and_pads_the_last_cut() throws IOException {
            Content file = file("large.bin", 2L * CUT + 5, "large");
            send(SHORT, file);
            assertThat(only().segments).hasSize(3);
            assertThat(only().begun.number("size")).isEqualTo(Cuts.padded(file));
            assertArrived(file);
        }

        @Test
        void begins_nothing_under_a_codename_that_was_typed() throws IOException {
            try (Visit visit = visit(SHORT, false)) {
                assertThatThrownBy(() -> visit.send(List.of(message("Hello.")), it -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("mistyped");
            }
            assertThat(drop.asked).noneMatch(it -> it.startsWith("PUT"));
        }

        @Test
        void seals_to_a_generation_that_a_reviewer_signed() throws IOException {
            send(SHORT, message("First."));
            HybridIdentity next = drop.nextGeneration(newsroom.remy);
            List<Sent> sent = send(SHORT, message("Second."));
            FakeDrop.Exhibit exhibit = drop.exhibits.get(sent.getFirst().exhibit().hex());
            assertThat(label(exhibit, next).number("generation")).isEqualTo(1);
        }

        @Test
        void traces_a_case_of_the_pages_by_its_entry() throws IOException {
            send(SHORT, message("First."));
            drop.shown = it -> it.with("generation", it.object("generation").without("keepsake"));
            assertThatThrownBy(() -> send(SHORT, message("Too early.")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("once its entry is published");
            drop.beat();
            assertThat(send(SHORT, message("Second."))).hasSize(1);
        }
    }

    @Nested
    class Losses {
        private static final String PUT = "PUT /api/exhibits/.*/segments/.*";

        @Test
        void a_segment_that_was_cut_off_goes_again() throws IOException {
            drop.troubles.add(once(PUT, VisitTest::hangUp));
            Content file = file("a", 5 << 20, "a");
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(2);
            assertArrived(file);
        }

        @Test
        void a_server_that_is_gone_for_a_while_is_waited_for() throws IOException {
            drop.troubles.add(
                    once(
                            PUT,
                            exchange -> {
                                Thread.startVirtualThread(() -> {
                                    drop.stop();
                                    try {
                                        Thread.sleep(300);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    drop.start();
                                });
                                return hangUp(exchange);
                            }));
            Content file = file("a", CUT + 10L, "a");
            // A connection that the old server took and never answers is given up after minutes:
            // longer than what is short.
            send(
                    new Patience(
                            Duration.ofMillis(2),
                            Duration.ofMillis(50),
                            Duration.ofMinutes(10),
                            Duration.ofMinutes(10)),
                    file);
            assertArrived(file);
        }

        @Test
        void answers_that_were_lost_are_asked_for_again() throws IOException {
            for (String kind :
                    List.of(
                            "PUT /api/case",
                            "POST /api/exhibits",
                            PUT,
                            "POST /api/exhibits/.*/finish")) {
                drop.troubles.add(once(kind, exchange -> swallowed(exchange)));
            }
            Content file = file("a", 70_000, "a");
            assertThat(send(SHORT, file)).hasSize(1);
            assertThat(drop.asked).filteredOn(it -> it.endsWith("/finish")).hasSize(2);
            assertArrived(file);
        }

        /// Does what was asked and says nothing.
        private boolean swallowed(HttpExchange exchange) throws IOException {
            drop.routeQuietly(exchange);
            return true;
        }

        @Test
        void a_segment_that_arrived_otherwise_goes_again() throws IOException {
            drop.troubles.add(once(PUT, answering(400, "digest")));
            drop.troubles.add(once(PUT, answering(409, "again")));
            drop.troubles.add(once(PUT, answering(503, "busy")));
            Content file = file("a", 70_000, "a");
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(4);
            assertArrived(file);
        }

        @Test
        void a_segment_that_the_server_lost_is_sealed_and_sent_again() throws IOException {
            drop.troubles.add(
                    once(
                            "POST /api/exhibits/.*/finish",
                            exchange -> {
                                only().segments.remove(0);
                                return false;
                            }));
            Content file = file("a", CUT + 1L, "a");
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(3);
            assertArrived(file);
        }

        @Test
        void a_session_that_ends_in_the_middle_is_proven_again() throws IOException {
            drop.troubles.add(
                    once(
                            PUT,
                            exchange -> {
                                drop.endSessions();
                                return false;
                            }));
            Content file = file("a", CUT + 1L, "a");
            send(SHORT, file);
            assertThat(drop.asked)
                    .filteredOn("POST /api/session/proof"::equals)
                    .hasSizeGreaterThan(1);
            assertArrived(file);
        }

        @Test
        void a_newer_generation_is_traced_and_taken() throws IOException {
            send(SHORT, message("First."));
            AtomicInteger before = new AtomicInteger();
            drop.troubles.add(exchange -> {
                if (line(exchange).equals("POST /api/exhibits") && before.getAndIncrement() == 0) {
                    drop.nextGeneration(newsroom.rosa);
                }
                return false;
            });
            List<Sent> sent = send(SHORT, message("Second."));
            assertThat(
                            drop.exhibits
                                    .get(sent.getFirst().exhibit().hex())
                                    .begun
                                    .number("generation"))
                    .isEqualTo(1);
        }

        @Test
        void other_receivers_are_read_and_granted_to() throws IOException {
            drop.troubles.add(once("PUT /api/case", answering(409, "receivers")));
            send(SHORT, message("Hello."));
            assertThat(drop.asked).filteredOn("GET /api/intake"::equals).hasSize(2);
            assertThat(drop.granted(newsroom.remy)).isNotNull();
        }

        @Test
        void a_segment_of_another_program_will_do_if_it_is_of_this_file() throws IOException {
            Content file = file("a", 70_000, "a");
            drop.troubles.add(always("POST /api/exhibits/.*/finish", VisitTest::hangUp));
            assertThatThrownBy(() -> send(NONE, file)).isInstanceOf(IOException.class);
            drop.troubles.clear();
            AtomicInteger asked = new AtomicInteger();
            // It had not come when this program first looked.
            drop.shown = it -> asked.getAndIncrement() > 0 ? it : withoutSegments(it);
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(2);
            assertArrived(file);
        }

        private Json.Obj withoutSegments(Json.Obj view) {
            return view.with(
                    "unfinished",
                    Json.array(
                            view.array("unfinished").stream()
                                    .map(it ->
                                            ((Json.Obj) it).with("segments", Json.array(List.of())))
                                    .toList()));
        }

        @Test
        void what_stays_lost_is_said_and_ends() {
            drop.troubles.add(always("POST /api/exhibits", VisitTest::hangUp));
            assertThatThrownBy(() -> send(NONE, message("Hello.")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("out of reach");
        }

        @Test
        void what_is_refused_for_good_is_not_repeated() {
            drop.troubles.add(always("POST /api/exhibits", answering(507, "full")));
            assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("no room");
            assertThat(drop.asked).filteredOn("POST /api/exhibits"::equals).hasSize(1);
        }
    }

    @Nested
    class Going_on {
        private final String last = "PUT /api/exhibits/.*/segments/2";

        private Content brokenOff() throws IOException {
            Content file = file("large.bin", 2L * CUT + 5, "large");
            drop.troubles.add(always(last, VisitTest::hangUp));
            assertThatThrownBy(() -> send(NONE, file)).isInstanceOf(IOException.class);
            drop.troubles.clear();
            drop.asked.clear();
            assertThat(only().segments.keySet()).contains(0, 1).doesNotContain(2);
            return file;
        }

        @Test
        void sends_only_what_is_not_there() throws IOException {
            Content file = brokenOff();
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(1).allMatch(it -> it.endsWith("/segments/2"));
            assertArrived(file);
        }

        @Test
        void sends_nothing_again_that_has_arrived() throws IOException {
            Content file = file("a", 70_000, "a");
            List<Sent> first = send(SHORT, message("Hello."), file);
            drop.asked.clear();
            List<Sent> again = send(SHORT, message("Hello."), Content.file(folder.resolve("a")));
            assertThat(again).allMatch(Sent::before);
            assertThat(again)
                    .extracting(Sent::number)
                    .isEqualTo(first.stream().map(Sent::number).toList());
            assertThat(drop.puts()).isEmpty();
        }

        @Test
        void finishes_nothing_of_a_file_that_has_changed() throws IOException {
            brokenOff();
            Path path = folder.resolve("large.bin");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(CUT + 7L);
                file.write(1);
            }
            assertThatThrownBy(() -> send(SHORT, Content.file(path)))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("the file has changed since it was begun");
            assertThat(drop.asked).noneMatch(it -> it.endsWith("/finish"));
        }

        @Test
        void begins_another_file_of_the_same_size_anew() throws IOException {
            brokenOff();
            Content other = file("other.bin", 2L * CUT + 5, "other");
            send(SHORT, other);
            assertThat(drop.exhibits).hasSize(2);
            assertThat(drop.puts()).hasSize(3);
        }

        @Test
        void goes_on_under_the_older_key_where_the_newsroom_has_a_newer_one() throws IOException {
            Content file = brokenOff();
            AtomicReference<Json.Obj> first = new AtomicReference<>();
            drop.shown =
                    it -> {
                        first.set(it.object("generation"));
                        return it;
                    };
            try (Visit visit = visit(SHORT, false)) {
                visit.told();
            }
            drop.shown = it -> it.with("earlier", Json.array(List.of(first.get())));
            drop.nextGeneration(newsroom.rosa);
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(1);
            assertArrived(file);
        }

        @Test
        void refuses_an_older_key_that_is_not_the_cases() throws IOException {
            Content file = brokenOff();
            drop.nextGeneration(newsroom.rosa);
            Json.Obj own =
                    Json.object()
                            .with("generation", 0)
                            .with("recipient", HybridIdentity.generate(random).recipient().text())
                            .with("keepsake", Sha256.of());
            drop.shown = it -> it.with("earlier", Json.array(List.of(own)));
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("by its keepsake");
            assertThat(drop.puts()).isEmpty();
        }

        @Test
        void begins_anew_where_the_older_key_is_not_told() throws IOException {
            Content file = brokenOff();
            HybridIdentity next = drop.nextGeneration(newsroom.rosa);
            send(SHORT, file);
            assertThat(digestAsOpened(only(), next)).isEqualTo(Cuts.digest(file).hex());
            assertThat(drop.puts()).hasSize(3);
        }

        @Test
        void refuses_segments_that_were_swapped() throws IOException {
            drop.troubles.add(always("PUT /api/exhibits/.*/segments/3", VisitTest::hangUp));
            Content longer = file("longer.bin", 3L * CUT + 5, "longer");
            assertThatThrownBy(() -> send(NONE, longer)).isInstanceOf(IOException.class);
            drop.troubles.clear();
            Map<Integer, FakeDrop.Segment> segments = only().segments;
            FakeDrop.Segment one = segments.get(1);
            segments.put(1, segments.get(2));
            segments.put(2, one);
            assertThatThrownBy(() -> send(SHORT, longer))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("segment 1");
        }

        @Test
        void refuses_a_digest_that_the_server_made_up() throws IOException {
            Content file = brokenOff();
            FakeDrop.Segment one = only().segments.get(1);
            only().segments.put(1, new FakeDrop.Segment(one.file(), Sha256.of(), one.mark()));
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("segment 1");
            assertThat(drop.asked).noneMatch(it -> it.endsWith("/finish"));
        }

        @Test
        void lists_what_is_not_finished_and_gives_it_up() throws IOException {
            brokenOff();
            try (Visit visit = visit(SHORT, false)) {
                Told.Begun begun = visit.told().begun().getFirst();
                assertThat(begun.size()).isEqualTo(2L * CUT + 5);
                assertThat(begun.here()).isEqualTo(2);
                assertThat(begun.segments()).isEqualTo(3);
                visit.giveUp(begun.exhibit());
                assertThat(visit.told().begun()).isEmpty();
                assertThatThrownBy(() -> visit.giveUp(begun.exhibit()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("there is no such unfinished exhibit");
                assertThat(drop.asked.stream().filter(it -> it.startsWith("DELETE /api/ex")))
                        .as("the server would say yes to any")
                        .hasSize(1);
            }
        }
    }

    @Nested
    class Where_many_come {
        @Test
        void work_is_done_and_a_place_kept_until_the_turn_comes() throws IOException {
            drop.work = 12;
            drop.inLine = 2;
            send(SHORT, message("First."));
            assertThat(drop.proofs)
                    .extracting(it -> it.text("place"))
                    .containsExactly("", "place 1", "place 0");
            assertThat(only().finished.has("label")).isTrue();
        }

        @Test
        void nobody_is_kept_waiting_on_a_day_that_is_full() {
            drop.troubles.add(always("POST /api/session/proof", answering(503, "quota")));
            assertThatThrownBy(() -> send(SHORT, message("First.")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("Come back tomorrow");
        }
    }

    @Nested
    class A_server_that_goes_back {
        private final Optional<Sha256> genesis = Optional.of(newsroom.genesis.hash());
        private Line line;

        @BeforeEach
        void somebody_asks() {
            line = new Line(drop.way(), SHORT, Watcher.NONE, VisitTest.this.random);
        }

        @AfterEach
        void nobody_asks_any_more() {
            line.close();
        }

        @Test
        void may_show_a_ledger_that_has_grown() throws IOException {
            Newsroom before = Newsroom.ask(line, genesis);
            newsroom.grow();
            Newsroom after = before.again(line);
            assertThat(after.again(line).genesisHash()).isEqualTo(before.genesisHash());
            assertThat(drop.asked.stream().filter(it -> it.contains("consistency"))).hasSize(1);
        }

        @Test
        void may_not_show_a_smaller_one() throws IOException {
            Json.Obj small = newsroom.intake(0, 1 << 20);
            newsroom.grow();
            Newsroom before = Newsroom.ask(line, genesis);
            drop.intake = it -> small;
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("as seen before");
        }

        @Test
        void may_not_show_another_one() throws IOException {
            newsroom.grow();
            Newsroom before = Newsroom.ask(line, genesis);
            newsroom.otherwise();
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class);
            newsroom.grow();
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class);
        }

        @Test
        void may_not_show_an_older_key_of_the_case() throws IOException {
            send(SHORT, message("Hello."));
            try (Visit visit = visit(SHORT, false);
                    HybridIdentity made = drop.nextGeneration(newsroom.rosa)) {
                assertThat(made).isNotNull();
                visit.told();
                drop.generation = null;
                assertThatThrownBy(visit::told)
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("generation");
            }
        }
    }

    @Nested
    class A_server_that_lies {
        private void assertRefused(String what) {
            assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(what);
            assertThat(drop.exhibits).isEmpty();
        }

        @Test
        void is_another_newsroom() {
            TestNewsroom other = new TestNewsroom(1);
            drop.intake = it -> other.intake(0, 1 << 30);
            assertRefused("the genesis");
            assertThat(drop.asked).containsExactly("GET /api/intake");
        }

        @Test
        void names_a_receiver_who_does_not_count() {
            drop.intake = it -> receivers(it, newsroom.rosa, newsroom.remy, newsroom.elena);
            assertRefused("counts as reviewer");
        }

        @Test
        void names_somebody_whom_nobody_knows() {
            drop.intake =
                    it -> receivers(it, newsroom.rosa, newsroom.remy, new TestNewsroom(2).rosa);
            assertRefused("counts as reviewer");
        }

        @Test
        void leaves_a_receiver_out() {
            drop.intake = it -> receivers(it, newsroom.rosa);
            assertRefused("the receivers");
        }

        @Test
        void gives_a_receiver_a_key_of_its_own() {
            TestNewsroom.Person mallory =
                    new TestNewsroom.Person(
                            newsroom.remy.id(),
                            newsroom.remy.seed(),
                            HybridIdentity.generate(random),
                            newsroom.remy.role());
            drop.intake = it -> receivers(it, newsroom.rosa, mallory);
            assertRefused("recipient");
        }

        private static Json.Obj receivers(Json.Obj intake, TestNewsroom.Person... people) {
            return intake.with(
                    "receivers",
                    Json.array(
                            List.of(people).stream().map(TestNewsroom.Person::receiver).toList()));
        }

        @Test
        void signs_its_checkpoint_with_another_key() {
            drop.intake =
                    it ->
                            it.with(
                                    "people",
                                    it.object("people")
                                            .with(
                                                    "checkpoint",
                                                    new TestNewsroom(3)
                                                            .intake(0, 1)
                                                            .object("people")
                                                            .text("checkpoint")));
            assertRefused("checkpoint");
        }

        @Test
        void puts_its_own_recipient_into_the_case() {
            String own = HybridIdentity.generate(random).recipient().text();
            drop.shown =
                    it -> it.with("generation", it.object("generation").with("recipient", own));
            assertRefused("by its keepsake");
        }

        @Test
        void puts_its_own_recipient_under_a_reviewers_statement() throws IOException {
            send(SHORT, message("First."));
            drop.nextGeneration(newsroom.rosa);
            String own = HybridIdentity.generate(random).recipient().text();
            drop.shown =
                    it -> it.with("generation", it.object("generation").with("recipient", own));
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("recipient");
        }

        @Test
        void takes_a_statement_of_another_case() throws IOException {
            send(SHORT, message("First."));
            Json.Obj other =
                    newsroom.generation(
                            newsroom.rosa, Id.random(random), 1, HybridIdentity.generate(random));
            drop.shown = it -> it.with("generation", other);
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("subject");
        }

        @Test
        void has_an_editor_make_a_generation() throws IOException {
            send(SHORT, message("First."));
            drop.nextGeneration(newsroom.elena);
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("counts as reviewer");
        }

        @Test
        void asks_for_work_that_nobody_would_do() {
            drop.work = 60;
            assertThatThrownBy(() -> send(SHORT, message("First.")))
                    .isInstanceOf(MalformedException.class);
        }

        /// Else a stub's size and digest could be had read out by whoever took the server over.
        @Test
        void has_a_stub_opened_for_a_challenge() throws IOException {
            send(SHORT, message("First."));
            drop.challenge = Base64.parse(only().finished.text("stub"));
            drop.asked.clear();
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("must not be read out");
            assertThat(drop.asked).doesNotContain("POST /api/session/proof");
        }

        @Test
        void never_stops_answering() {
            drop.troubles.add(
                    always(
                            "GET /api/case",
                            exchange -> {
                                exchange.getResponseHeaders()
                                        .set("Content-Type", "application/json");
                                exchange.sendResponseHeaders(200, 0);
                                byte[] more = new byte[1 << 20];
                                while (true) {
                                    exchange.getResponseBody().write(more);
                                }
                            }));
            assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                    .isInstanceOf(MalformedException.class);
        }

        @Test
        void says_that_a_segment_is_missing_for_ever() {
            drop.troubles.add(
                    always(
                            "POST /api/exhibits/.*/finish",
                            exchange -> {
                                only().segments.clear();
                                return false;
                            }));
            assertThatThrownBy(() -> send(SHORT, message("Hello."))).isInstanceOf(Refusal.class);
        }
    }

    @Nested
    class What_must_not_be_sent {
        @Test
        void is_a_first_message_that_is_too_short() {
            drop.firstMessage = 20;
            assertThatThrownBy(() -> send(SHORT, message("a  b  c")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 20");
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_a_file_before_the_message_that_is_asked_for() {
            drop.firstMessage = 3;
            assertThatThrownBy(() -> send(SHORT, file("a", 5, "a")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_what_the_newsroom_does_not_take() {
            drop.limit = 4;
            assertThatThrownBy(() -> send(SHORT, file("a", 5, "a")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("larger");
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_a_file_that_changes_while_it_is_read() throws IOException {
            Content file = file("a", 3L * CUT, "a");
            drop.troubles.add(
                    once(
                            "PUT /api/exhibits/.*/segments/0",
                            exchange -> {
                                Files.writeString(folder.resolve("a"), "shorter");
                                return false;
                            }));
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has changed while it was sent");
            assertThat(drop.asked).noneMatch(it -> it.endsWith("/finish"));
        }

        @Test
        void is_a_file_that_was_replaced_before_its_turn() throws IOException {
            Content file = file("a", 5, "a");
            Files.delete(folder.resolve("a"));
            file("a", 5, "b");
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has changed");
        }
    }

    @Nested
    class Coming_back {
        @Test
        void shows_what_arrived_and_gives_receipts_that_hold() throws IOException {
            Content file = file("a", 70_000, "a");
            List<Sent> sent = send(SHORT, file);
            Set<Id> ids = Set.of(sent.getFirst().exhibit());
            try (Visit visit = visit(SHORT, false)) {
                assertThat(visit.told().arrived().getFirst().index()).isEmpty();
                assertThat(visit.receipts(ids)).isEmpty();
                drop.beat();
                visit.await(ids);
                Told.Arrived arrived = visit.told().arrived().getFirst();
                assertThat(arrived.index()).hasValue(2);
                assertThat(arrived.contents().orElseThrow().sha256()).isEqualTo(Cuts.digest(file));
                Receipt receipt = Receipt.parse(visit.receipts(ids).get(1L));
                receipt.verify(
                        TestNewsroom.ORIGIN,
                        newsroom.genesis.opened().keys().stream()
                                .map(NoteVerifier::parse)
                                .toList());
                receipt.verifyContent(Cuts.digest(file));
            }
        }

        @Test
        void names_what_does_not_fit_and_goes_on_with_the_rest() throws IOException {
            List<Sent> sent = send(SHORT, message("One."), message("Two."), message("Three."));
            drop.shown =
                    it -> {
                        List<Json.Obj> lines = exhibits(it);
                        return it.with(
                                "exhibits",
                                Json.array(
                                        List.of(
                                                lines.get(0).with("content", Sha256.of()),
                                                lines.get(1)
                                                        .with("stub", lines.get(2).text("stub")),
                                                lines.get(2))));
                    };
            drop.beat();
            try (Visit visit = visit(SHORT, false)) {
                assertThat(visit.told().arrived())
                        .extracting(Told.Arrived::exhibit)
                        .containsExactly(sent.get(2).exhibit());
                assertThat(visit.broken().keySet())
                        .containsExactly(sent.get(0).exhibit(), sent.get(1).exhibit());
                assertThat(visit.broken().get(sent.get(0).exhibit()))
                        .hasMessageContaining("content of exhibit");
                assertThat(visit.receipts(Set.of())).containsOnlyKeys(3L);
            }
        }

        @Test
        void names_what_was_begun_and_does_not_open() throws IOException {
            List<Sent> sent = send(SHORT, message("One."));
            drop.shown =
                    it ->
                            it.with(
                                    "unfinished",
                                    Json.array(
                                            List.of(
                                                    Json.object()
                                                            .with("exhibit", "0".repeat(32))
                                                            .with("generation", 0)
                                                            .with("size", 65_536)
                                                            .with("segments", Json.array(List.of()))
                                                            .with(
                                                                    "stub",
                                                                    exhibits(it)
                                                                            .getFirst()
                                                                            .text("stub")))));
            try (Visit visit = visit(SHORT, false)) {
                Told told = visit.told();
                assertThat(told.begun()).isEmpty();
                assertThat(told.arrived()).hasSize(1);
                assertThat(visit.broken().keySet()).containsExactly(Id.parse("0".repeat(32)));
                assertThat(sent).hasSize(1);
            }
        }

        @Test
        void sends_beside_stubs_that_do_not_hold_and_names_them() throws IOException {
            List<Sent> before = send(SHORT, message("One."), message("Two."), message("Three."));
            lies();
            List<Sent> sent = new ArrayList<>();
            try (Visit visit = visit(SHORT, false)) {
                visit.send(
                        List.of(message("Two."), message("Three."), message("Four.")), sent::add);
                assertThat(visit.broken().keySet())
                        .containsExactlyInAnyOrder(
                                before.get(0).exhibit(),
                                before.get(1).exhibit(),
                                Id.parse("0".repeat(32)));
                assertThat(visit.told().arrived())
                        .extracting(Told.Arrived::number)
                        .containsExactly(3L, 4L, 5L);
            }
            // Of what nobody can tell whether it arrived, it is sent once more.
            assertThat(sent).extracting(Sent::before).containsExactly(false, true, false);
        }

        /// Of the first exhibit something else than the ledger, of the second no base64, of one that was begun another's.
        private void lies() {
            drop.shown =
                    it -> {
                        List<Json.Obj> lines = new ArrayList<>(exhibits(it));
                        String stub = lines.get(0).text("stub");
                        lines.set(0, lines.get(0).with("content", Sha256.of()));
                        lines.set(1, lines.get(1).with("stub", "*"));
                        Json.Obj begun =
                                Json.object()
                                        .with("exhibit", "0".repeat(32))
                                        .with("generation", 0)
                                        .with("size", 65_536)
                                        .with("segments", Json.array(List.of()))
                                        .with("stub", stub);
                        return it.with("exhibits", Json.array(lines))
                                .with("unfinished", Json.array(List.of(begun)));
                    };
        }

        @Test
        void is_said_by_the_command_with_an_exit_code_of_its_own() throws IOException {
            send(SHORT, message("One."), message("Two."), message("Three."));
            Path words = folder.resolve("codename");
            Files.writeString(words, codename.revealText());
            Path text = folder.resolve("text");
            Files.writeString(text, "Four.");
            String[] sending = {
                "submit",
                "--to",
                drop.way().base().toString(),
                "--codename-file",
                words.toString(),
                "--message",
                text.toString(),
                "--json"
            };
            PrintStream out = System.out;
            PrintStream err = System.err;
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            try (PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8)) {
                System.setOut(both);
                System.setErr(both);
                assertThat(Sigillo.run(sending)).isZero();
                lies();
                assertThat(Sigillo.run(sending)).isEqualTo(5);
            } finally {
                System.setOut(out);
                System.setErr(err);
            }
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("\"broken\":[{");
            assertThat(drop.exhibits).as("had arrived already").hasSize(4);
        }

        private static List<Json.Obj> exhibits(Json.Obj view) {
            return view.array("exhibits").stream().map(Json.Obj.class::cast).toList();
        }

        @Test
        void refuses_the_proof_of_something_else() throws IOException {
            List<Sent> sent = send(SHORT, message("One."), message("Two."));
            drop.beat();
            String first = sent.get(0).exhibit().hex();
            drop.indices.put(first, drop.indices.get(sent.get(1).exhibit().hex()));
            try (Visit visit = visit(SHORT, false)) {
                assertThatThrownBy(() -> visit.receipts(Set.of(sent.get(0).exhibit())))
                        .isInstanceOf(BrokenEvidenceException.class);
            }
        }

        @Test
        void reads_answers_of_this_case_and_no_others() throws IOException {
            send(SHORT, message("Hello."));
            Id caseId = drop.begun.id();
            Id right = Id.random(random);
            reply(right, caseId, right, "Thank you.");
            reply(Id.random(random), caseId, Id.random(random), "Of another reply.");
            try (Visit visit = visit(SHORT, false)) {
                List<Told.Answered> answers = visit.told().answers();
                assertThat(answers.get(0).text()).contains("Thank you.");
                assertThat(answers.get(1).text()).isEmpty();
                visit.seen(List.of(right));
            }
            assertThat(drop.seen).containsExactly(right.hex());
        }

        private void reply(Id listed, Id caseId, Id inside, String text) {
            byte[] instance = new byte[32];
            java.util.Arrays.fill(instance, (byte) 0x11);
            Json.Obj box =
                    Json.object()
                            .with("v", 1)
                            .with("kind", "reply")
                            .with("origin", TestNewsroom.ORIGIN)
                            .with("case", caseId.hex())
                            .with("reply", inside.hex())
                            .with("generation", 1)
                            .with("writer", newsroom.rosa.id().hex())
                            .with("text", text);
            try (Codename.Derived me = codename.derive(instance)) {
                drop.replies.add(
                        Json.object()
                                .with("reply", listed.hex())
                                .with("day", "2026-11-24")
                                .with("generation", 1)
                                .with("writer", newsroom.rosa.id().hex())
                                .with("seen", new Json.Bool(false))
                                .with(
                                        "box",
                                        Base64.of(
                                                SealedBox.sealPadded(
                                                        CanonicalJson.encode(box),
                                                        me.source().recipient()))));
            }
        }
    }
}
