package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessPolicyTest {
    private static final long TIME = 1_795_600_000L;

    private final List<NoteSigner> log = TestKeys.log();
    private final List<NoteSigner> one = TestKeys.witness("one.example", 0);
    private final List<NoteSigner> two = TestKeys.witness("two.example", 10);
    private final List<NoteSigner> three = TestKeys.witness("three.example", 20);
    private final String text = TestKeys.checkpoint(5, "").text();

    private final String keys =
            """
            # Our witnesses.
            log %s https://log.example/
            \twitness one-a %s https://one.example/witness
            witness one-b  %s https://one.example/witness
            witness two %s
              # another comment

            witness three %s
            """
                    .formatted(
                            vkey(log.getFirst()),
                            vkey(one.getFirst()),
                            vkey(one.getLast()),
                            vkey(two.getFirst()),
                            vkey(three.getFirst()));

    private final String file =
            keys
                    + "group one any one-a one-b\ngroup others all two three\n"
                    + "group both 2 one others\nquorum both\n";

    @Test
    void a_policy_is_read() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        assertThat(policy.logs()).hasSize(1);
        assertThat(policy.witnesses())
                .extracting(WitnessPolicy.Known::name)
                .containsExactly("one-a", "one-b", "two", "three");
        assertThat(policy.witnesses().getFirst().url()).contains("https://one.example/witness");
        assertThat(policy.witnesses().get(2).url()).isEmpty();
        assertThat(policy.asksForWitnesses()).isTrue();
    }

    @Test
    void groups_count_their_members() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        assertThat(policy.reached(Set.of("one-a", "two", "three"))).isTrue();
        assertThat(policy.reached(Set.of("one-b", "two", "three"))).isTrue();
        assertThat(policy.reached(Set.of("one-a", "one-b", "two"))).isFalse();
        assertThat(policy.reached(Set.of("two", "three"))).isFalse();
        assertThat(policy.reached(Set.of())).isFalse();
    }

    @Test
    void a_note_with_enough_cosignatures_reaches_the_quorum() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        SignedNote note = note(one.getLast(), two.getFirst(), three.getFirst());
        assertThat(policy.check(note).quorum()).isTrue();
        assertThat(policy.check(note).cosigned()).containsOnlyKeys("one-b", "two", "three");
        assertThat(policy.check(note).cosigned().get("two").time()).isEqualTo(TIME);
        assertThat(policy.check(note(one.getFirst(), two.getFirst())).quorum()).isFalse();
        assertThat(policy.check(note()).cosigned()).isEmpty();
    }

    @Test
    void a_line_by_an_unknown_witness_counts_for_nothing() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        assertThat(policy.check(note(three.getLast())).cosigned()).isEmpty();
    }

    @Test
    void a_line_without_a_time_counts_for_nothing() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        String timeless = SignedNote.sign(text, List.of(log.getFirst(), one.getLast()));
        assertThat(policy.check(SignedNote.parse(timeless)).cosigned()).isEmpty();
    }

    @Test
    void a_line_of_a_known_witness_that_does_not_hold_refuses_the_note() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        String other = TestKeys.checkpoint(6, "").text();
        Cosignature elsewhere = two.getFirst().cosign(other, TIME);
        assertThatThrownBy(() -> policy.check(note().with(List.of(elsewhere))))
                .isInstanceOf(NoteException.class);
    }

    @Test
    void one_of_the_policys_logs_must_have_signed() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        SignedNote note = note(one.getFirst(), two.getFirst(), three.getFirst());
        SignedNote witnessesOnly =
                note.only(
                        List.of(
                                one.getFirst().verifier(),
                                two.getFirst().verifier(),
                                three.getFirst().verifier()));
        assertThatThrownBy(() -> policy.check(witnessesOnly)).isInstanceOf(NoteException.class);
    }

    @Test
    void a_log_does_not_vouch_for_anothers_origin() {
        WitnessPolicy policy = WitnessPolicy.parse(file);
        String foreign = text.replace(TestKeys.ORIGIN, "other.example/log");
        String note = SignedNote.sign(foreign, List.of(log.getFirst()));
        assertThatThrownBy(() -> policy.check(SignedNote.parse(note)))
                .hasMessageContaining("as its own");
    }

    @Test
    void no_quorum_is_always_reached_and_says_that_it_asks_for_nobody() {
        WitnessPolicy policy = WitnessPolicy.parse("quorum none");
        assertThat(policy.check(note()).quorum()).isTrue();
        assertThat(policy.asksForWitnesses()).isFalse();
    }

    @Test
    void a_policy_for_a_log_known_from_elsewhere_refuses_its_keys_among_the_witnesses() {
        NoteSigner disguised = NoteSigner.cosigner("w.example", TestKeys.seed(1));
        WitnessPolicy policy = WitnessPolicy.parse("witness w " + vkey(disguised) + "\nquorum w\n");
        assertThatThrownBy(() -> policy.forLog(TestKeys.verifiers(log)))
                .hasMessageContaining("the same key");
        assertThat(WitnessPolicy.parse(file).forLog(TestKeys.verifiers(log)).logs()).hasSize(2);
        NoteVerifier other = NoteSigner.ed25519("o.example", TestKeys.seed(77)).verifier();
        assertThatThrownBy(() -> WitnessPolicy.parse(file).forLog(List.of(other)))
                .hasMessageContaining("other logs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quorum one-a\nquorum none",
                "quorum nobody",
                "group g any one-a nobody\nquorum g",
                "group g any one-a one-a\nquorum g",
                "group g any one-a\ngroup h any one-a\nquorum h",
                "group g 0 one-a\nquorum g",
                "group g 2 one-a\nquorum g",
                "group g 01 one-a\nquorum g",
                "group g most one-a\nquorum g",
                "group g any\nquorum g",
                "group g any g\nquorum g",
                "group one-a any two\nquorum one-a",
                "group none any two\nquorum none",
                "group g any none\nquorum g",
                "quorum one-a two",
                "quorum",
                "witnesses x\nquorum none",
                "QUORUM none",
                "quorum\u00a0none",
                "quorum none\r",
            })
    void a_malformed_policy_is_refused(String end) {
        assertThatThrownBy(() -> WitnessPolicy.parse(keys + end)).isInstanceOf(NoteException.class);
    }

    @Test
    void a_key_twice_under_whatever_name_is_refused() {
        NoteSigner renamed = NoteSigner.cosigner("renamed.example", TestKeys.seed(100));
        for (String line :
                List.of(
                        "witness again " + vkey(one.getFirst()),
                        "witness again " + vkey(renamed),
                        "log " + vkey(log.getFirst()),
                        "log " + vkey(NoteSigner.ed25519("o.example", TestKeys.seed(100))),
                        "log " + vkey(NoteSigner.mlDsa44("o.example", TestKeys.seed(101))))) {
            assertThatThrownBy(() -> WitnessPolicy.parse(keys + line + "\nquorum none\n"))
                    .as(line.substring(0, 20))
                    .hasMessageContaining("the same key");
        }
    }

    @Test
    void a_key_of_a_type_for_others_is_refused() {
        assertThatThrownBy(() ->
                        WitnessPolicy.parse("witness w " + vkey(log.getFirst()) + "\nquorum w"))
                .hasMessageContaining("line 1");
        assertThatThrownBy(
                        () -> WitnessPolicy.parse("log " + vkey(one.getFirst()) + "\nquorum none"))
                .hasMessageContaining("line 1");
    }

    @Test
    void forty_of_each_are_supported() {
        StringBuilder many = new StringBuilder();
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.append("log ")
                    .append(vkey(NoteSigner.ed25519("log" + i, TestKeys.seed(i + 1))))
                    .append("\nwitness w")
                    .append(i)
                    .append(' ')
                    .append(vkey(NoteSigner.cosigner("w" + i, TestKeys.seed(i + 120))))
                    .append("\ngroup g")
                    .append(i)
                    .append(" any w")
                    .append(i)
                    .append('\n');
            groups.add("g" + i);
        }
        many.append("group all 21 ").append(String.join(" ", groups)).append("\nquorum all\n");
        assertThat(WitnessPolicy.parse(many.toString()).witnesses()).hasSize(40);
    }

    private SignedNote note(NoteSigner... cosigners) {
        List<Cosignature> lines = new ArrayList<>();
        for (NoteSigner cosigner : cosigners) {
            lines.add(cosigner.cosign(text, TIME));
        }
        return SignedNote.parse(SignedNote.sign(text, log)).with(lines);
    }

    private static String vkey(NoteSigner signer) {
        return signer.verifier().vkey();
    }
}
