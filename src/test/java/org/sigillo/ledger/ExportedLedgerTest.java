package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.custody.Newsroom;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TestKeys;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.TestAuthority;
import org.sigillo.tables.LedgerTables;

/// `sigillo verify --export` of a folder: what it says of that which lies beside checkpoints and entries.
class ExportedLedgerTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    @TempDir private Path folder;
    private Path export;
    private Path genesis;
    private long size;

    @BeforeEach
    void an_export() throws IOException, SQLException {
        scene.clear();
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        ledger.turn(true);
        scene.staff(ledger, "act");
        ledger.turn(true);
        size = scene.number("SELECT max(size) FROM ledger_checkpoint");
        try (Connection connection = scene.app.getConnection()) {
            new Rows(connection)
                    .notes(RowSeal.of(scene.newsroom.logKeys.getFirst()))
                    .stamped(new NoteRows.Stamp(size, "one", new byte[] {1}));
        }
        export = folder.resolve("export");
        try (LedgerTables tables =
                LedgerTables.open(scene.database.url() + "?user=sigillo_app", Optional.of("a"))) {
            List<String> names = new ArrayList<>(tables.names());
            names.add("checkpoint");
            names.addAll(Published.paths(size));
            for (String name : names) {
                write(name, tables.get(name));
            }
        }
        write("genesis.json", scene.newsroom.genesis.bytes());
        genesis = Files.write(folder.resolve("genesis.json"), scene.newsroom.genesis.bytes());
    }

    @Test
    void time_stamps_that_nobody_is_believed_for_are_said_to_be_unchecked() throws IOException {
        Said said = verify();
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text()).contains("Time stamps: not checked, 1;", "--roots");
        assertThat(verify("--json").text()).contains("\"stamps\":0", "\"stampsUnchecked\":1");
        Files.delete(
                Files.list(export.resolve("stamps")).findFirst().orElseThrow().resolve("one.tsr"));
        assertThat(verify().text()).contains("Time stamps: none.");
    }

    @Test
    void with_the_roots_of_one_authority_the_stamps_of_another_are_said_to_be_unchecked()
            throws IOException {
        TestAuthority one = TestAuthority.named("one", scene.now::get, scene.random);
        TestAuthority two = TestAuthority.named("two", scene.now::get, scene.random);
        Files.delete(export.resolve(stamp("one")));
        stamped("one", one);
        stamped("two", two);
        Said both = verify("--roots", roots(one.anchorPem() + two.anchorPem()));
        assertThat(both.text()).contains("Time stamps verified: 2,").doesNotContain("ot checked");
        Said half = verify("--roots", roots(one.anchorPem()));
        assertThat(half.code()).as(half.text()).isZero();
        assertThat(half.text())
                .contains("Time stamps verified: 1,", "Not checked: 1, no root for two.");
        assertThat(verify("--json", "--roots", roots(one.anchorPem())).text())
                .contains("\"stamps\":1", "\"stampsUnchecked\":1");
        TestAuthority none = TestAuthority.named("none", scene.now::get, scene.random);
        Said nobodys = verify("--roots", roots(none.anchorPem()));
        assertThat(nobodys.code()).as(nobodys.text()).isEqualTo(4);
        assertThat(nobodys.text()).contains("Time stamps: not checked, 2, no root for one, two.");
        write(stamp("one"), new byte[] {1});
        assertThat(verify("--roots", roots(one.anchorPem())))
                .satisfies(said -> assertThat(said.code()).isEqualTo(1))
                .satisfies(said -> assertThat(said.text()).contains("BROKEN at " + stamp("one")));
    }

    @Test
    void a_strangers_stamp_under_the_name_of_one_who_is_believed_is_doubted()
            throws IOException, SQLException {
        TestAuthority one = TestAuthority.named("one", scene.now::get, scene.random);
        TestAuthority stranger = TestAuthority.named("stranger", scene.now::get, scene.random);
        long last = size;
        stamped("one", one);
        size = scene.number("SELECT min(size) FROM ledger_checkpoint");
        stamped("one", one);
        Said own = verify("--roots", roots(one.anchorPem()));
        assertThat(own.code()).as(own.text()).isZero();
        assertThat(own.text()).contains("Time stamps verified: 2, the last of size " + last);
        stamped("one", stranger);
        Said other = verify("--roots", roots(one.anchorPem()));
        assertThat(other.code()).as(other.text()).isEqualTo(4);
        assertThat(other.text())
                .contains("verified: 1,", "Not checked: 1, no root for one.", "Others of one hold");
        Said both = verify("--roots", roots(one.anchorPem() + stranger.anchorPem()));
        assertThat(both.code()).as(both.text()).isZero();
    }

    private String stamp(String authority) {
        return "stamps/" + size + "/" + authority + ".tsr";
    }

    private void stamped(String name, TestAuthority authority) throws IOException {
        byte[] stamped = TimeStamp.stamped(Files.readString(export.resolve("checkpoints/" + size)));
        write(stamp(name), authority.answer(TimeStamp.query(stamped, scene.random).bytes()));
    }

    private String roots(String pem) throws IOException {
        return Files.writeString(folder.resolve("roots.pem"), pem).toString();
    }

    @Test
    void the_exports_own_genesis_must_be_the_one_that_was_given() throws IOException {
        for (String other :
                List.of(
                        new String(new Newsroom(60).genesis.bytes(), StandardCharsets.UTF_8),
                        "no genesis")) {
            write("genesis.json", other.getBytes(StandardCharsets.UTF_8));
            Said said = verify();
            assertThat(said.code()).as(said.text()).isEqualTo(1);
            assertThat(said.text()).contains("BROKEN at genesis.json");
        }
        Files.delete(export.resolve("genesis.json"));
        assertThat(verify().code()).isZero();
    }

    @Test
    void a_genesis_that_is_none_is_named_wherever_it_came_from() throws IOException {
        Files.writeString(genesis, "no genesis");
        assertThat(verify())
                .satisfies(said -> assertThat(said.code()).isEqualTo(2))
                .satisfies(said -> assertThat(said.text()).contains(genesis + ": "));
        write("genesis.json", "no genesis".getBytes(StandardCharsets.UTF_8));
        Said said = run("--export", export.toString(), "--genesis", "0".repeat(64));
        assertThat(said.code()).as(said.text()).isEqualTo(1);
        assertThat(said.text()).contains("BROKEN at genesis.json");
    }

    @ParameterizedTest
    @CsvSource({
        "--url, --roots, --export or --database",
        "--url, --password-file, --database",
        "--release, --roots, --export or --database",
        "--release, --kept, '--url, --export or --database'",
        "--export, --password-file, --database"
    })
    void what_would_not_be_looked_at_is_refused(String what, String option, String with) {
        Said said =
                run(
                        what,
                        "http://127.0.0.1:1/log",
                        "--genesis",
                        genesis.toString(),
                        option,
                        genesis.toString());
        assertThat(said.code()).as(said.text()).isEqualTo(2);
        assertThat(said.text()).contains(option + " goes with " + with);
    }

    @Test
    void what_was_kept_must_be_a_checkpoint_of_this_ledger() throws IOException {
        Path kept = folder.resolve("kept");
        Files.writeString(kept, "garbage");
        assertThat(kept(kept))
                .satisfies(said -> assertThat(said.code()).as(said.text()).isEqualTo(2))
                .satisfies(said -> assertThat(said.text()).contains("is no checkpoint"));
        Files.writeString(kept, TestKeys.signed(5, ""));
        assertThat(kept(kept))
                .satisfies(said -> assertThat(said.code()).as(said.text()).isEqualTo(2))
                .satisfies(said -> assertThat(said.text()).contains("is not a checkpoint of"));
        assertThat(kept(export.resolve("checkpoint")).code()).isZero();
    }

    private Said kept(Path kept) {
        return run(
                "--export",
                export.toString(),
                "--genesis",
                genesis.toString(),
                "--kept",
                kept.toString());
    }

    @Test
    void a_copy_that_was_cut_is_not_called_broken_evidence() throws IOException {
        Path whole = folder.resolve("whole.tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(whole));
                Stream<Path> files = Files.walk(export)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = "./" + export.relativize(file);
                TarArchiveEntry entry = new TarArchiveEntry(file, name);
                out.putArchiveEntry(entry);
                Files.copy(file, out);
                out.closeArchiveEntry();
            }
        }
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.tar");
        String[] command = {"--export", cut.toString(), "--genesis", genesis.toString()};
        Files.write(cut, bytes);
        assertThat(run(command).code()).isZero();
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        // In every kind of place: in the last file, before and in a header, in a file's padding.
        for (int size = 1; size <= end; size += size > 4096 ? 509 : 256) {
            Files.write(cut, Arrays.copyOf(bytes, size));
            Said said = run(command);
            assertThat(said.code()).as("cut after %s: %s", size, said.text()).isEqualTo(3);
            assertThat(said.text()).contains(cut.toString());
        }
    }

    @Test
    void what_is_no_export_at_all_is_not_called_broken_evidence() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        Files.writeString(folder.resolve("other").resolve("hosts"), "127.0.0.1 localhost");
        Said said =
                run(
                        "--export",
                        folder.resolve("other").toString(),
                        "--genesis",
                        genesis.toString());
        assertThat(said.code()).as(said.text()).isEqualTo(3);
        write("checkpoints/0" + size, new byte[] {1});
        assertThat(verify("--json").text()).as("by no other number").contains("\"checkpoints\":2,");
    }

    @Test
    void says_up_to_where_it_is_witnessed_while_a_witness_is_away()
            throws IOException, SQLException {
        NoteSigner witness = TestKeys.witness("witness.example", 7).getFirst();
        Path policy = folder.resolve("policy");
        Files.writeString(policy, "witness one " + witness.verifier().vkey() + "\nquorum one\n");
        String[] asked = {"--policy", policy.toString()};
        assertThat(verify(asked))
                .satisfies(said -> assertThat(said.code()).isEqualTo(4))
                .satisfies(said -> assertThat(said.text()).doesNotContain("are witnessed"));

        long first = scene.number("SELECT min(size) FROM ledger_checkpoint");
        assertThat(first).isLessThan(size);
        cosign("checkpoints/" + first, witness);
        Said away = verify(asked);
        assertThat(away.code()).as(away.text()).isEqualTo(4);
        assertThat(away.text())
                .contains("Not witnessed: nobody whom the policy names signed.")
                .contains("Its first " + first + " entries are witnessed.");
        assertThat(verify("--json", "--policy", policy.toString()).text())
                .contains("\"witnessed\":false", "\"witnessedSize\":" + first);

        cosign("checkpoint", witness);
        assertThat(verify("--json", "--policy", policy.toString()))
                .satisfies(said -> assertThat(said.code()).isZero())
                .satisfies(said ->
                        assertThat(said.text())
                                .contains("\"witnessed\":true", "\"witnessedSize\":" + size));
    }

    private void cosign(String name, NoteSigner witness) throws IOException {
        SignedNote note = SignedNote.parse(Files.readString(export.resolve(name)));
        write(
                name,
                note.with(List.of(witness.cosign(note.text(), 1)))
                        .note()
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = export.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private Said verify(String... more) {
        List<String> command =
                new ArrayList<>(
                        List.of("--export", export.toString(), "--genesis", genesis.toString()));
        command.addAll(List.of(more));
        return run(command.toArray(String[]::new));
    }

    private static Said run(String... options) {
        return Said.by(
                Stream.concat(Stream.of("verify"), Stream.of(options)).toArray(String[]::new));
    }
}
