package org.sigillo.testimony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.RunningWitness;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TestKeys;
import org.sigillo.note.WitnessPolicy;

class WitnessesTest {
    private static final List<NoteVerifier> LOG = TestKeys.verifiers(TestKeys.log());
    private static final Witnesses.Limits SHORT =
            new Witnesses.Limits(
                    Duration.ofSeconds(1),
                    Duration.ofMillis(700),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300),
                    Duration.ofMillis(50),
                    16 * 1024);

    private static final Witnesses.Limits PATIENT =
            new Witnesses.Limits(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(50),
                    16 * 1024);

    private static final Predicate<Set<String>> ALL = _ -> false;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<NoteSigner> fake = TestKeys.witness("fake.example", 40);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : opened) {
            it.close();
        }
    }

    @Test
    void no_policy_has_more_witnesses_than_a_checkpoint_has_room_for_nor_one_of_the_logs_name() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 46; i++) {
            many.append(line("w" + i, "w" + i + ".example", i));
        }
        assertThatThrownBy(() -> of(many + "quorum none\n"))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("at most 45");
        assertThatThrownBy(() -> of(line("own", TestKeys.ORIGIN, 7) + "quorum none\n"))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("the log's name");
    }

    private static String line(String name, String key, int number) {
        NoteSigner signer = TestKeys.witness(key, number).getFirst();
        return "witness " + name + " " + signer.verifier().vkey() + "\n";
    }

    private static Witnesses of(String policy) {
        return new Witnesses(WitnessPolicy.parse(policy), LOG, SHORT);
    }

    @Nested
    class Two_witnesses_of_our_own {
        @TempDir Path folder;

        @Test
        void cosign_what_continues_whatever_they_saw_before() throws Exception {
            RunningWitness one = witness("one");
            RunningWitness two = witness("two");
            String policy =
                    one.policy("one") + two.policy("two") + "group all all one two\nquorum all\n";
            Witnesses witnesses = witnesses(policy, Witnesses.Limits.USUAL);
            Witnesses.Outcome first = ask(witnesses, 5);
            assertThat(first.failures()).isEmpty();
            assertThat(first.cosigned()).containsOnlyKeys("one-a", "one-b", "two-a", "two-b");
            SignedNote note = SignedNote.parse(TestKeys.signed(5, ""));
            assertThat(witnesses.policy().check(note.with(first.cosigned().values())).quorum())
                    .isTrue();
            assertThat(
                            ask(
                                            witnesses(
                                                    one.policy("one") + "quorum one",
                                                    Witnesses.Limits.USUAL),
                                            300)
                                    .cosigned())
                    .hasSize(2);
            // One has seen 300, two still 5: the memory is wrong about one of them.
            assertThat(ask(witnesses, 700).cosigned()).hasSize(4);
            assertThat(ask(witnesses, 700).cosigned()).hasSize(4);
            assertThat(ask(witnesses(policy, Witnesses.Limits.USUAL), 701).cosigned()).hasSize(4);
        }

        @Test
        void say_when_they_have_seen_more_than_we_have_and_show_our_own_signature()
                throws Exception {
            RunningWitness one = witness("one");
            Witnesses witnesses = witnesses(one.policy("one") + "quorum one\n", SHORT);
            ask(witnesses, 9);
            for (Witnesses again :
                    List.of(witnesses, witnesses(one.policy("one") + "quorum one\n", SHORT))) {
                Witnesses.Outcome outcome = ask(again, 7);
                assertThat(outcome.cosigned()).isEmpty();
                assertThat(outcome.failures().values()).containsOnly("ahead");
                assertThat(outcome.ahead())
                        .singleElement()
                        .satisfies(it -> {
                            assertThat(it.witness()).containsExactly("one-a", "one-b");
                            assertThat(it.size()).contains(9L);
                            assertThat(it.signed().orElseThrow())
                                    .startsWith(TestKeys.signed(9, ""));
                        });
            }
        }

        @Test
        void that_are_enough_wait_a_moment_for_the_others_and_not_until_they_have_answered()
                throws Exception {
            RunningWitness one = witness("one");
            CountDownLatch never = new CountDownLatch(1);
            String slow = serve(exchange -> reply(exchange, waited(never) ? 404 : 500, ""));
            Witnesses witnesses =
                    witnesses(
                            one.policy("one") + slow.replace("quorum fake", "quorum one"), PATIENT);
            long begun = System.nanoTime();
            Witnesses.Outcome outcome = askEnough(witnesses);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Duration.ofSeconds(8));
            assertThat(outcome.cosigned()).containsOnlyKeys("one-a", "one-b");
            assertThat(outcome.failures()).containsEntry("fake", "slow");
            never.countDown();
        }

        @Test
        void that_are_enough_leave_the_others_time_to_say_that_they_have_seen_more()
                throws Exception {
            RunningWitness one = witness("one");
            String late =
                    serve(exchange -> {
                        pause();
                        reply(exchange, 409, "900\n");
                    });
            Witnesses.Outcome outcome =
                    askEnough(
                            witnesses(
                                    one.policy("one") + late.replace("quorum fake", "quorum one"),
                                    PATIENT));
            assertThat(outcome.cosigned()).containsOnlyKeys("one-a", "one-b");
            assertThat(outcome.ahead())
                    .singleElement()
                    .satisfies(it -> assertThat(it.size()).contains(900L));
        }

        private Witnesses.Outcome askEnough(Witnesses witnesses) {
            return witnesses.ask(
                    TestKeys.checkpoint(5, ""),
                    TestKeys.signed(5, ""),
                    WitnessesTest::prove,
                    witnesses.policy()::reached);
        }

        @Test
        void dispute_another_history_of_the_same_or_a_larger_size() throws Exception {
            RunningWitness one = witness("one");
            Witnesses witnesses = witnesses(one.policy("one") + "quorum one\n", SHORT);
            ask(witnesses, 9);
            for (int size : new int[] {9, 12}) {
                Witnesses.Outcome outcome =
                        witnesses.ask(
                                TestKeys.checkpoint(size, "another"),
                                TestKeys.signed(size, "another"),
                                (from, to) -> TestKeys.consistency(from, to, "another"),
                                ALL);
                assertThat(outcome.failures().values()).containsOnly("inconsistent");
                assertThat(outcome.disputed())
                        .singleElement()
                        .satisfies(it -> assertThat(it.signed()).isPresent());
            }
        }

        @Test
        void are_asked_again_when_they_were_away_for_a_moment() throws Exception {
            RunningWitness one = witness("one");
            String policy = one.policy("one") + "quorum one\n";
            ask(witnesses(policy, SHORT), 5);
            one.kill();
            assertThat(ask(witnesses(policy, SHORT), 6).failures().values())
                    .containsOnly("unreachable");
        }

        private RunningWitness witness(String name) throws IOException {
            RunningWitness witness =
                    RunningWitness.start(
                            Files.createDirectory(folder.resolve(name)), name + ".example", LOG);
            opened.add(witness);
            return witness;
        }
    }

    @Nested
    class Of_a_witness_that_answers_anything {
        @Test
        void only_lines_that_its_own_keys_signed_are_believed() throws Exception {
            String text = TestKeys.checkpoint(5, "").text();
            String good = fake.getFirst().cosign(text, 77).line() + "\n";
            String wrong =
                    fake.getFirst().cosign(TestKeys.checkpoint(6, "").text(), 77).line() + "\n";
            String strangers =
                    TestKeys.witness("stranger.example", 60).getFirst().cosign(text, 77).line()
                            + "\n";
            assertThat(answer(200, good).cosigned().get("fake").line()).isEqualTo(good.strip());
            assertThat(answer(200, strangers + good).cosigned().get("fake").line())
                    .isEqualTo(good.strip());
            assertThat(answer(200, wrong).failures()).containsEntry("fake", "bad cosignature");
            assertThat(answer(200, strangers).failures()).containsEntry("fake", "no cosignature");
            for (String nonsense : List.of("", "hello", good.strip(), "\n" + good, "\n\n")) {
                Witnesses.Outcome outcome = answer(200, nonsense);
                assertThat(outcome.cosigned()).isEmpty();
                assertThat(outcome.failures()).containsKey("fake");
            }
        }

        @Test
        void a_refusal_has_a_word_and_is_not_asked_again() throws Exception {
            assertThat(answer(400, "x").failures()).containsEntry("fake", "malformed");
            assertThat(answer(403, "unknown log").failures()).containsEntry("fake", "refused");
            assertThat(answer(404, "unknown log").failures()).containsEntry("fake", "unknown log");
            assertThat(answer(302, "").failures()).containsEntry("fake", "answered 302");
            assertThat(posts()).isEqualTo(4);
        }

        @Test
        void a_conflict_without_a_size_ends_the_talk() throws Exception {
            assertThat(answer(409, "").failures()).containsEntry("fake", "conflict");
            assertThat(answer(409, "0\n").failures()).containsEntry("fake", "conflict");
            assertThat(answer(409, "007\n").failures()).containsEntry("fake", "conflict");
            assertThat(posts()).isEqualTo(3);
        }

        @Test
        void a_conflict_about_the_size_that_it_named_is_one_about_the_root() throws Exception {
            for (String again : List.of("", "5\n")) {
                Witnesses.Outcome outcome =
                        answer(
                                exchange -> reply(exchange, 409, posts() == 1 ? "5\n" : again),
                                SHORT);
                assertThat(outcome.failures()).containsEntry("fake", "conflict");
                assertThat(outcome.disputed())
                        .containsExactly(
                                new Witnesses.Contradiction(
                                        List.of("fake"), Optional.of(5L), Optional.empty()));
                asked.clear();
            }
            // Of a smaller tree it says nothing about ours.
            assertThat(
                            answer(
                                            exchange ->
                                                    reply(exchange, 409, posts() == 1 ? "4\n" : ""),
                                            SHORT)
                                    .disputed())
                    .isEmpty();
        }

        @Test
        void sizes_that_change_with_every_try_come_to_an_end() throws Exception {
            Witnesses.Outcome outcome =
                    answer(exchange -> reply(exchange, 409, (posts() % 4 + 1) + "\n"), SHORT);
            assertThat(outcome.failures()).containsEntry("fake", "conflict");
            assertThat(posts()).isLessThan(8);
        }

        @Test
        void a_larger_size_without_proof_is_told_as_its_word_alone() throws Exception {
            Witnesses.Outcome outcome = answer(409, "900\n");
            assertThat(outcome.ahead())
                    .containsExactly(
                            new Witnesses.Contradiction(
                                    List.of("fake"), Optional.of(900L), Optional.empty()));
        }

        @Test
        void pushback_and_faults_are_tried_again_until_it_answers() throws Exception {
            String line = fake.getFirst().cosign(TestKeys.checkpoint(5, "").text(), 77).line();
            Witnesses.Outcome outcome =
                    answer(
                            exchange ->
                                    reply(
                                            exchange,
                                            posts() == 1 ? 429 : posts() == 2 ? 503 : 200,
                                            line + "\n"),
                            SHORT);
            assertThat(outcome.cosigned()).containsKey("fake");
            assertThat(posts()).isEqualTo(3);
        }

        @Test
        void what_takes_or_says_too_much_is_cut_off_at_the_deadline() throws Exception {
            long start = System.nanoTime();
            Witnesses.Outcome slow =
                    answer(
                            exchange -> {
                                exchange.sendResponseHeaders(200, 0);
                                for (int i = 0; i < 100; i++) {
                                    exchange.getResponseBody().write('x');
                                    exchange.getResponseBody().flush();
                                    pause();
                                }
                            },
                            SHORT);
            assertThat(slow.failures()).containsEntry("fake", "slow");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
            Witnesses.Outcome large =
                    answer(exchange -> reply(exchange, 200, "x".repeat(100_000)), SHORT);
            assertThat(large.failures()).containsEntry("fake", "unreachable");
        }
    }

    @Test
    void the_logs_own_lines_alone_are_sent() throws Exception {
        String text = TestKeys.checkpoint(5, "").text();
        String stranger = TestKeys.witness("s.example", 60).getFirst().cosign(text, 7).line();
        String policy = serve(exchange -> reply(exchange, 404, ""));
        witnesses(policy, SHORT)
                .ask(
                        TestKeys.checkpoint(5, ""),
                        TestKeys.signed(5, "") + stranger + "\n",
                        (from, to) -> List.of(),
                        ALL);
        assertThat(asked).containsExactly("old 0\n\n" + TestKeys.signed(5, ""));
    }

    @Test
    void a_prover_that_finds_broken_evidence_is_heard() throws Exception {
        String policy = serve(exchange -> reply(exchange, 409, "3\n"));
        Witnesses witnesses = witnesses(policy, SHORT);
        assertThatThrownBy(() ->
                        witnesses.ask(
                                TestKeys.checkpoint(5, ""),
                                TestKeys.signed(5, ""),
                                (from, to) -> {
                                    throw new BrokenEvidenceException("x", "y", "z");
                                },
                                ALL))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void a_witness_without_an_address_and_a_note_of_something_else() {
        String policy = "witness fake " + fake.getFirst().verifier().vkey() + "\nquorum fake\n";
        Witnesses witnesses = witnesses(policy, SHORT);
        assertThat(witnesses.unasked()).containsExactly(Map.entry("fake", "no address"));
        assertThat(witnesses.each()).isEmpty();
        assertThat(ask(witnesses, 5).failures()).isEmpty();
        assertThatThrownBy(() ->
                        witnesses.ask(
                                TestKeys.checkpoint(5, ""),
                                TestKeys.signed(6, ""),
                                (from, to) -> List.of(),
                                ALL))
                .isInstanceOf(NoteException.class);
    }

    private long posts() {
        return asked.size();
    }

    @FunctionalInterface
    private interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private Witnesses.Outcome answer(int status, String body) throws IOException {
        return answer(exchange -> reply(exchange, status, body), SHORT);
    }

    private Witnesses.Outcome answer(Behaviour behaviour, Witnesses.Limits limits)
            throws IOException {
        return ask(witnesses(serve(behaviour), limits), 5);
    }

    /// @return a policy of this one witness
    private String serve(Behaviour behaviour) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        byte[] body = exchange.getRequestBody().readAllBytes();
                        if (exchange.getRequestMethod().equals("GET")) {
                            reply(exchange, 404, "");
                        } else {
                            asked.add(new String(body, StandardCharsets.UTF_8));
                            behaviour.answer(exchange);
                        }
                    }
                });
        server.start();
        opened.add(() -> server.stop(0));
        return "witness fake %s http://127.0.0.1:%d/some/prefix\nquorum fake\n"
                .formatted(fake.getFirst().verifier().vkey(), server.getAddress().getPort());
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            return latch.await(9, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Witnesses witnesses(String policy, Witnesses.Limits limits) {
        Witnesses witnesses = new Witnesses(WitnessPolicy.parse(policy), LOG, limits);
        opened.add(witnesses);
        return witnesses;
    }

    private static Witnesses.Outcome ask(Witnesses witnesses, int size) {
        return witnesses.ask(
                TestKeys.checkpoint(size, ""),
                TestKeys.signed(size, ""),
                WitnessesTest::prove,
                ALL);
    }

    private static List<Sha256> prove(long from, long to) {
        return TestKeys.consistency(from, to, "");
    }
}
