package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.custody.Receipt;
import org.sigillo.note.NoteVerifier;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.SealedBox;

class ComingBackTest extends Journey {
    @Test
    void shows_what_arrived_and_gives_receipts_that_hold() throws IOException {
        Content file = file("a", 70_000, "a");
        List<Sent> sent = send(SHORT, file);
        Set<Id> ids = Set.of(sent.getFirst().exhibit());
        try (Visit visit = visit(SHORT, false)) {
            assertThat(visit.told().arrived().getFirst().index()).isEmpty();
            assertThat(visit.receipts(ids)).isEmpty();
            drop.own.beat();
            visit.await(ids);
            Told.Arrived arrived = visit.told().arrived().getFirst();
            assertThat(arrived.index()).hasValue(2);
            assertThat(arrived.contents().orElseThrow().sha256()).isEqualTo(Cuts.digest(file));
            Receipt receipt = Receipt.parse(visit.receipts(ids).get(1L));
            receipt.verify(
                    TestNewsroom.ORIGIN,
                    newsroom.genesis.opened().keys().stream().map(NoteVerifier::parse).toList());
            receipt.verifyContent(Cuts.digest(file));
        }
    }

    @Test
    void takes_back_what_it_was_told_answers_and_what_it_sent() throws IOException {
        send(SHORT, message("One."), file("two", 5, "two"));
        for (String text : List.of("First.", "Second.")) {
            Id id = Id.random(random);
            reply(id, drop.own.begun.id(), id, text);
        }
        try (Visit visit = visit(SHORT, false)) {
            visit.forget(2);
            visit.removeAnswer(1);
            visit.wish(CaseEvent.Wish.DELETION);
            Told told = visit.told();
            assertThat(told.arrived())
                    .extracting(it -> it.contents().isPresent())
                    .containsExactly(true, false);
            assertThat(told.answers())
                    .extracting(Told.Answered::text)
                    .containsExactly(Optional.empty(), Optional.of("Second."));
            assertThat(told.wishes())
                    .containsExactly(new Told.Wished(CaseEvent.Wish.DELETION, "2026-11-24", false));
            assertThat(told.lines())
                    .noneMatch(it -> it.startsWith("Arrived: file 2"))
                    .contains(
                            "Answer 2 of 2026-11-24, new:",
                            "On 2026-11-24 you asked that what you sent is deleted. No reviewer has seen to it yet.");
            for (int number : List.of(0, 3)) {
                assertThatThrownBy(() -> visit.forget(number)).hasMessageContaining("--list");
                assertThatThrownBy(() -> visit.removeAnswer(number)).hasMessageContaining("--list");
            }
        }
    }

    @Test
    void has_nothing_to_take_back_where_nothing_has_arrived() throws IOException {
        try (Visit visit = visit(SHORT, true)) {
            assertThatThrownBy(() -> visit.wish(CaseEvent.Wish.DELETION))
                    .hasMessageContaining("nothing has arrived");
        }
        assertThat(drop.own.wishes).isEmpty();
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
                                            lines.get(1).with("stub", lines.get(2).text("stub")),
                                            lines.get(2))));
                };
        drop.own.beat();
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
                    List.of(message("Two."), message("Three."), message("Four.")),
                    false,
                    sent::add);
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
        assertThat(drop.own.exhibits).as("had arrived already").hasSize(4);
    }

    private static List<Json.Obj> exhibits(Json.Obj view) {
        return view.array("exhibits").stream().map(Json.Obj.class::cast).toList();
    }

    @Test
    void refuses_the_proof_of_something_else() throws IOException {
        List<Sent> sent = send(SHORT, message("One."), message("Two."));
        drop.own.beat();
        String first = sent.get(0).exhibit().hex();
        drop.own.indices.put(first, drop.own.indices.get(sent.get(1).exhibit().hex()));
        try (Visit visit = visit(SHORT, false)) {
            assertThatThrownBy(() -> visit.receipts(Set.of(sent.get(0).exhibit())))
                    .isInstanceOf(BrokenEvidenceException.class);
        }
    }

    @Test
    void reads_answers_of_this_case_and_no_others() throws IOException {
        send(SHORT, message("Hello."));
        Id caseId = drop.own.begun.id();
        Id right = Id.random(random);
        reply(right, caseId, right, "Thank you.");
        reply(Id.random(random), caseId, Id.random(random), "Of another reply.");
        try (Visit visit = visit(SHORT, false)) {
            List<Told.Answered> answers = visit.told().answers();
            assertThat(answers.get(0).text()).contains("Thank you.");
            assertThat(answers.get(1).text()).isEmpty();
            visit.seen(List.of(right));
        }
        assertThat(drop.own.seen).containsExactly(right.hex());
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
            drop.own.replies.add(
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
