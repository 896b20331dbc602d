package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;

class WitnessTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private final List<NoteSigner> keys = TestKeys.witness("witness.example/w", 0);
    private final Witness witness =
            new Witness(keys, TestKeys.verifiers(TestKeys.log()), state(kept), CLOCK);

    private static Witness.State state(Map<String, String> kept) {
        return new Witness.State() {
            @Override
            public Optional<String> latest(String origin) {
                return Optional.ofNullable(kept.get(origin));
            }

            @Override
            public void keep(String origin, String note) {
                kept.put(origin, note);
            }
        };
    }

    @Test
    void the_published_transcript_is_answered_alike() throws Exception {
        String transcript =
                Files.readString(
                        Path.of(
                                "src/test/resources/vectors/witness/litewitness-add-checkpoint.txt"));
        String origin =
                "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
        NoteVerifier log =
                NoteVerifier.parse(
                        origin + "+5202289b+Af/cLU2Y5BJNP+r3iMDC+av9eWCD0fBJVDfzAux5zxAP");
        Witness asked =
                new Witness(
                        TestKeys.witness("example.com/witness", 3),
                        List.of(log),
                        state(new ConcurrentHashMap<>()),
                        CLOCK);
        Matcher request =
                Pattern.compile(
                                "add-checkpoint\n```\n(.*?)```\nHTTP (\\d+)\n\\[Asserts]\nbody (==|contains) \"(.*?)\"\n",
                                Pattern.DOTALL)
                        .matcher(transcript);
        int requests = 0;
        while (request.find()) {
            Witness.Answer answer =
                    asked.addCheckpoint(request.group(1).getBytes(StandardCharsets.UTF_8));
            String said = request.group(4).replace("\\n", "\n");
            // Written before the specification asked for 404 where the log is unknown.
            int status = said.equals("unknown log") ? 404 : Integer.parseInt(request.group(2));
            assertThat(answer.status()).as(request.group(1)).isEqualTo(status);
            if (request.group(3).equals("==")) {
                assertThat(answer.body()).isEqualTo(said);
                assertThat(answer.type()).isEqualTo("text/x.tlog.size");
            } else {
                assertThat(answer.body()).contains(said);
            }
            requests++;
        }
        assertThat(requests).isEqualTo(9);
    }

    @Nested
    class A_checkpoint_that_continues {
        @Test
        void is_cosigned_in_both_types_at_this_time() {
            Witness.Answer answer = ask(0, List.of(), TestKeys.signed(5, ""));
            assertThat(answer.status()).isEqualTo(200);
            SignedNote note = SignedNote.parse(TestKeys.signed(5, "") + answer.body());
            assertThat(note.verify(TestKeys.verifiers(keys))).isEqualTo(TestKeys.verifiers(keys));
            assertThat(note.cosignatures(TestKeys.verifiers(keys)))
                    .allMatch(line -> line.time() == NOW.getEpochSecond());
        }

        @Test
        void with_lines_that_no_line_of_the_log_covers_is_not_cosigned() {
            List<NoteVerifier> log = TestKeys.verifiers(TestKeys.log());
            SignedNote extended =
                    SignedNote.parse(
                            SignedNote.sign(
                                    TestKeys.checkpoint(5, "").text() + "an extension\n",
                                    TestKeys.log()));
            assertThat(ask(0, List.of(), extended.only(log.subList(1, 2)).note()).status())
                    .isEqualTo(403);
            assertThat(kept).isEmpty();
            assertThat(ask(0, List.of(), extended.only(log.subList(0, 1)).note()).status())
                    .isEqualTo(200);
        }

        @Test
        void is_cosigned_at_every_size_up_to_forty_from_every_smaller_one() {
            for (int from = 1; from < 40; from += 3) {
                for (int to = from; to <= 40; to += 3) {
                    kept.clear();
                    ask(0, List.of(), TestKeys.signed(from, ""));
                    assertThat(
                                    ask(
                                                    from,
                                                    TestKeys.consistency(from, to, ""),
                                                    TestKeys.signed(to, ""))
                                            .status())
                            .isEqualTo(200);
                }
            }
        }

        @Test
        void is_cosigned_again_when_its_answer_was_lost() {
            ask(0, List.of(), TestKeys.signed(5, ""));
            assertThat(ask(5, List.of(), TestKeys.signed(5, "")).status()).isEqualTo(200);
        }

        @Test
        void may_be_empty_at_first() {
            assertThat(ask(0, List.of(), TestKeys.signed(0, "")).status()).isEqualTo(200);
            assertThat(ask(0, List.of(), TestKeys.signed(3, "")).status()).isEqualTo(200);
        }

        @Test
        void is_shown_to_monitors_with_the_logs_lines_and_the_witnesss() {
            String hash = Sha256.of(TestKeys.ORIGIN.getBytes(StandardCharsets.UTF_8)).hex();
            assertThat(witness.latest(hash)).isEmpty();
            String foreign = NoteSigner.ed25519("x.example", TestKeys.seed(66)).line("x\n");
            String body = ask(0, List.of(), TestKeys.signed(5, "") + foreign + "\n").body();
            assertThat(witness.latest(hash)).contains(TestKeys.signed(5, "") + body);
            assertThat(witness.latest("00".repeat(32))).isEmpty();
        }

        @Test
        void needs_only_one_of_the_logs_keys_but_every_one_that_is_there() {
            String first =
                    SignedNote.sign(
                            TestKeys.checkpoint(5, "").text(), List.of(TestKeys.log().getFirst()));
            assertThat(ask(0, List.of(), first).status()).isEqualTo(200);
            String second =
                    SignedNote.sign(
                                    TestKeys.checkpoint(6, "").text(),
                                    List.of(TestKeys.log().getLast()))
                            .lines()
                            .reduce("", (a, b) -> b);
            assertThat(ask(5, List.of(), first + second + "\n").status()).isEqualTo(403);
        }
    }

    @Nested
    class Everything_else_is_refused_and_changes_nothing {
        @Test
        void by_404_where_the_log_is_unknown_before_anything_else() {
            String foreign = TestKeys.signed(5, "").replace(TestKeys.ORIGIN, "other.example");
            assertThat(ask(0, List.of(), foreign).status()).isEqualTo(404);
            assertThat(raw("old nothing\n\n" + foreign).status()).isEqualTo(404);
            assertThat(kept).isEmpty();
        }

        @Test
        void by_403_where_no_key_of_the_log_signed_or_a_signature_fails() {
            String text = TestKeys.checkpoint(5, "").text();
            String other =
                    SignedNote.sign(
                            text, List.of(NoteSigner.ed25519(TestKeys.ORIGIN, TestKeys.seed(9))));
            assertThat(ask(0, List.of(), other).status()).isEqualTo(403);
            String changed = TestKeys.signed(5, "").replace("\n5\n", "\n6\n");
            assertThat(ask(0, List.of(), changed).status()).isEqualTo(403);
            assertThat(raw("old x\n\n" + changed).status()).isEqualTo(403);
            assertThat(kept).isEmpty();
        }

        @Test
        void by_403_where_only_the_witness_itself_signed() {
            String text = TestKeys.checkpoint(5, "").text();
            String own = text + "\n" + keys.getFirst().cosign(text, 5).line() + "\n";
            assertThat(ask(0, List.of(), own).status()).isEqualTo(403);
        }

        @Test
        void by_400_where_it_is_malformed_or_goes_backwards() {
            String note = TestKeys.signed(5, "");
            assertThat(ask(6, List.of(), note).status()).isEqualTo(400);
            for (String head :
                    List.of(
                            "",
                            "old",
                            "old ",
                            "old 01",
                            "old -1",
                            "old +1",
                            "old 1 ",
                            "old 99999999999999999999",
                            "new 0",
                            "old 0\nAAAA",
                            "old 0\n" + "A".repeat(43),
                            "old 0\n" + (Base64.of(new byte[32]) + "\n").repeat(64).strip())) {
                assertThat(raw(head + "\n\n" + note).status()).as(head).isEqualTo(400);
            }
            assertThat(raw("old 0\n").status()).isEqualTo(400);
            assertThat(raw("old 0\n\n" + note.stripTrailing()).status()).isEqualTo(403);
            assertThat(witness.addCheckpoint(new byte[] {(byte) 0xff}).status()).isEqualTo(400);
            assertThat(kept).isEmpty();
        }

        @Test
        void by_409_and_the_known_size_where_the_old_size_is_another() {
            assertThat(ask(3, TestKeys.consistency(3, 5, ""), TestKeys.signed(5, "")))
                    .isEqualTo(
                            new Witness.Answer(409, "text/x.tlog.size", "0\n", Optional.empty()));
            ask(0, List.of(), TestKeys.signed(5, ""));
            assertThat(ask(0, List.of(), TestKeys.signed(5, "")))
                    .isEqualTo(
                            new Witness.Answer(409, "text/x.tlog.size", "5\n", Optional.empty()));
            assertThat(ask(4, List.of(), TestKeys.signed(4, "")).body()).isEqualTo("5\n");
            assertThat(ask(6, List.of(), TestKeys.signed(9, "")).body()).isEqualTo("5\n");
        }

        @Test
        void by_422_where_the_proof_does_not_prove_it() {
            assertThat(ask(0, List.of(Sha256.ZERO), TestKeys.signed(5, "")).status())
                    .isEqualTo(422);
            String empty =
                    SignedNote.sign(
                            TestKeys.ORIGIN + "\n0\n" + Base64.of(new byte[32]) + "\n",
                            List.of(TestKeys.log().getFirst()));
            assertThat(ask(0, List.of(), empty).status()).isEqualTo(422);
            ask(0, List.of(), TestKeys.signed(5, ""));
            List<Sha256> proof = TestKeys.consistency(5, 9, "");
            assertThat(ask(5, List.of(), TestKeys.signed(9, "")).status()).isEqualTo(422);
            assertThat(ask(5, proof.subList(1, proof.size()), TestKeys.signed(9, "")).status())
                    .isEqualTo(422);
            assertThat(ask(5, proof, TestKeys.signed(9, "another")).status()).isEqualTo(422);
            assertThat(ask(5, proof, TestKeys.signed(5, "")).status()).isEqualTo(422);
            assertThat(size()).isEqualTo(5);
        }

        @Test
        void by_422_with_the_evidence_where_the_log_signed_two_histories_of_one_size() {
            ask(0, List.of(), TestKeys.signed(5, ""));
            Witness.Answer answer = ask(5, List.of(), TestKeys.signed(5, "another"));
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.fork()).contains(TestKeys.signed(5, "another"));
            assertThat(ask(5, List.of(), TestKeys.signed(6, "")).fork()).isEmpty();
        }
    }

    @Test
    void of_two_histories_that_race_from_one_size_only_one_is_ever_signed() throws Exception {
        for (int round = 0; round < 20; round++) {
            kept.clear();
            ask(0, List.of(), TestKeys.signed(5, ""));
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Witness.Answer>> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int to = 6; to < 14; to++) {
                    int size = to;
                    answers.add(
                            threads.submit(() -> {
                                start.await();
                                return ask(
                                        5,
                                        TestKeys.consistency(5, size, ""),
                                        TestKeys.signed(size, ""));
                            }));
                }
                start.countDown();
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Witness.Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
            assertThat(size()).isEqualTo(6 + statuses.indexOf(200));
        }
    }

    @Test
    void of_two_first_checkpoints_that_race_only_one_is_ever_signed() throws Exception {
        for (int round = 0; round < 20; round++) {
            kept.clear();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Witness.Answer> one =
                        threads.submit(() -> ask(0, List.of(), TestKeys.signed(5, "")));
                Future<Witness.Answer> other =
                        threads.submit(() -> ask(0, List.of(), TestKeys.signed(5, "another")));
                assertThat(List.of(one.get().status(), other.get().status()))
                        .containsExactlyInAnyOrder(200, 409);
            }
        }
    }

    @Test
    void nothing_is_answered_that_could_not_be_kept() {
        Witness.State full =
                new Witness.State() {
                    @Override
                    public Optional<String> latest(String origin) {
                        return Optional.empty();
                    }

                    @Override
                    public void keep(String origin, String note) throws java.io.IOException {
                        throw new java.io.IOException("the disk is full");
                    }
                };
        Witness failing = new Witness(keys, TestKeys.verifiers(TestKeys.log()), full, CLOCK);
        assertThatThrownBy(() -> failing.addCheckpoint(body(0, List.of(), TestKeys.signed(5, ""))))
                .hasMessageContaining("the disk is full");
    }

    @Test
    void a_witness_does_not_cosign_with_a_logs_key_nor_under_two_names() {
        List<NoteVerifier> logs = TestKeys.verifiers(TestKeys.log());
        for (List<NoteSigner> wrong :
                List.of(
                        List.of(NoteSigner.ed25519("w", TestKeys.seed(50))),
                        List.of(NoteSigner.cosigner("w", TestKeys.seed(1))),
                        List.of(NoteSigner.mlDsa44("w", TestKeys.seed(2))),
                        List.of(
                                NoteSigner.cosigner("w", TestKeys.seed(50)),
                                NoteSigner.mlDsa44("x", TestKeys.seed(51))))) {
            assertThatThrownBy(() -> new Witness(wrong, logs, state(kept), CLOCK))
                    .isInstanceOf(NoteException.class);
        }
        assertThatThrownBy(() ->
                        new Witness(
                                keys,
                                TestKeys.verifiers(TestKeys.witness("x", 30)),
                                state(kept),
                                CLOCK))
                .isInstanceOf(NoteException.class);
    }

    private long size() {
        return Checkpoint.parse(SignedNote.parse(kept.get(TestKeys.ORIGIN)).text()).size();
    }

    private Witness.Answer raw(String body) {
        return witness.addCheckpoint(body.getBytes(StandardCharsets.UTF_8));
    }

    private Witness.Answer ask(long old, List<Sha256> proof, String note) {
        return witness.addCheckpoint(body(old, proof, note));
    }

    private static byte[] body(long old, List<Sha256> proof, String note) {
        StringBuilder body = new StringBuilder("old " + old + "\n");
        proof.forEach(hash -> body.append(Base64.of(hash.bytes())).append('\n'));
        return (body + "\n" + note).getBytes(StandardCharsets.UTF_8);
    }
}
