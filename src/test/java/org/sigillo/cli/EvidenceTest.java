package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.Newsroom;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.EvidenceRecord;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;

/// `renew` and `evidence`, from a stamp to a record that was renewed twice.
class EvidenceTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;

    private final Newsroom newsroom = new Newsroom();
    private final TestAuthority first = TestAuthority.of(InstantSource.system(), RANDOM);
    private final TestAuthority second = TestAuthority.of(InstantSource.system(), RANDOM);
    private final StampServer server = StampServer.start(second, 0);
    private final String note =
            SignedNote.sign(
                    new Checkpoint(Newsroom.ORIGIN, 1, newsroom.genesis.hash()).text(),
                    newsroom.logKeys);

    EvidenceTest() throws IOException {}

    @BeforeEach
    void files() throws IOException {
        byte[] reply =
                first.answer(
                        TimeStamp.query(note.getBytes(StandardCharsets.UTF_8), RANDOM).bytes());
        Files.writeString(folder.resolve("checkpoint"), note);
        Files.write(folder.resolve("stamp.tsr"), reply);
        Files.writeString(folder.resolve("first.pem"), first.anchorPem());
        Files.writeString(folder.resolve("second.pem"), second.anchorPem());
        Files.write(folder.resolve("genesis.json"), newsroom.genesis.bytes());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_stamp_becomes_a_record_that_is_renewed_and_checked() throws IOException {
        assertThat(renew("--stamp", file("stamp.tsr"), "--out", file("1.ers"))).isZero();
        assertThat(renewed("1.ers", "2.ers")).isZero();
        assertThat(renewed("2.ers", "3.ers", "--digest", "SHA-512")).isZero();
        for (String record : List.of("1.ers", "2.ers", "3.ers")) {
            assertThat(check(record)).isZero();
            assertThat(EvidenceRecord.parse(Files.readAllBytes(folder.resolve(record))))
                    .isNotNull();
        }
        // What is there is never overwritten.
        assertThat(renewed("1.ers", "2.ers")).isEqualTo(Sigillo.FAULT);
    }

    @Test
    void an_export_is_enough_to_begin_with() throws IOException {
        tar("stamps/1/one.tsr");
        assertThat(exported()).isZero();
        assertThat(
                        Sigillo.run(
                                "evidence",
                                file("of-export.ers"),
                                "--export",
                                file("export.tar"),
                                "--size",
                                "1",
                                "--trust",
                                file("first.pem"),
                                "--genesis",
                                file("genesis.json")))
                .isZero();
    }

    @Test
    void a_folder_is_as_good_as_the_tar() throws IOException {
        Path stamps = Files.createDirectories(folder.resolve("export.tar/stamps/1"));
        Files.copy(folder.resolve("stamp.tsr"), stamps.resolve("one.tsr"));
        Path checkpoints = Files.createDirectories(folder.resolve("export.tar/checkpoints"));
        Files.writeString(checkpoints.resolve("1"), note);
        assertThat(exported()).isZero();
    }

    @Test
    void a_stamp_of_any_size_is_not_read() throws IOException {
        Files.write(folder.resolve("stamp.tsr"), new byte[LogClient.LARGEST + 1]);
        tar("stamps/1/one.tsr");
        assertThat(exported()).isEqualTo(Sigillo.BROKEN);
    }

    @Test
    void of_several_stamps_in_an_export_one_is_chosen() throws IOException {
        tar("stamps/1/one.tsr", "stamps/1/two.tsr");
        assertThat(exported()).isEqualTo(Sigillo.MALFORMED);
        assertThat(exported("--by", "three")).isEqualTo(Sigillo.MALFORMED);
        assertThat(exported("--by", "two")).isZero();
    }

    @Nested
    class Broken {
        @Test
        void a_checkpoint_that_was_changed() throws IOException {
            assertThat(renewedRecord()).isZero();
            assertThat(check("2.ers")).isZero();
            String other =
                    SignedNote.sign(
                            new Checkpoint(Newsroom.ORIGIN, 2, newsroom.genesis.hash()).text(),
                            newsroom.logKeys);
            Files.writeString(folder.resolve("checkpoint"), other);
            assertThat(check("2.ers")).isEqualTo(Sigillo.BROKEN);
            assertThat(renew("--stamp", file("stamp.tsr"), "--out", file("9.ers")))
                    .isEqualTo(Sigillo.BROKEN);
            assertThat(folder.resolve("9.ers")).doesNotExist();
        }

        @Test
        void a_record_that_was_changed() throws IOException {
            assertThat(renewedRecord()).isZero();
            byte[] record = Files.readAllBytes(folder.resolve("2.ers"));
            for (int at = 50; at < record.length; at += record.length / 9) {
                byte[] flipped = record.clone();
                flipped[at] ^= 1;
                Files.write(folder.resolve("flipped.ers"), flipped);
                assertThat(check("flipped.ers")).isIn(Sigillo.BROKEN, Sigillo.MALFORMED);
            }
        }

        @Test
        void a_root_that_is_another() throws IOException {
            assertThat(renewedRecord()).isZero();
            Files.writeString(
                    folder.resolve("second.pem"),
                    TestAuthority.of(InstantSource.system(), RANDOM).anchorPem());
            assertThat(check("2.ers")).isEqualTo(Sigillo.BROKEN);
        }

        @Test
        void an_authority_that_lies_leaves_no_file() {
            second.misbehave(TestAuthority.Misdeed.OTHER_IMPRINT);
            assertThat(renewedRecord()).isEqualTo(Sigillo.MALFORMED);
            server.trouble(StampServer.Trouble.BUSY_503);
            assertThat(renewed("1.ers", "2.ers")).isEqualTo(Sigillo.FAULT);
            assertThat(folder.resolve("2.ers")).doesNotExist();
        }

        private int renewedRecord() {
            assertThat(renew("--stamp", file("stamp.tsr"), "--out", file("1.ers"))).isZero();
            return renewed("1.ers", "2.ers");
        }
    }

    private int renewed(String from, String to, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--record",
                                file(from),
                                "--authority",
                                server.address().toString(),
                                "--out",
                                file(to)));
        words.addAll(List.of(more));
        return renew(words.toArray(String[]::new));
    }

    private int renew(String... more) {
        List<String> words = new ArrayList<>(List.of("renew", "--checkpoint", file("checkpoint")));
        words.addAll(trust());
        words.addAll(List.of(more));
        return Sigillo.run(words.toArray(String[]::new));
    }

    private int check(String record) {
        List<String> words =
                new ArrayList<>(
                        List.of("evidence", file(record), "--checkpoint", file("checkpoint")));
        words.addAll(trust());
        words.addAll(List.of("--genesis", file("genesis.json"), "--json"));
        return Sigillo.run(words.toArray(String[]::new));
    }

    private int exported(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of("renew", "--export", file("export.tar"), "--size", "1", "--out"));
        words.add(file("of-export.ers"));
        words.addAll(trust());
        words.addAll(List.of(more));
        return Sigillo.run(words.toArray(String[]::new));
    }

    private List<String> trust() {
        return List.of("--trust", file("first.pem"), "--trust", file("second.pem"));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void tar(String... stamps) throws IOException {
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("export.tar")))) {
            put(out, "checkpoints/1", note.getBytes(StandardCharsets.UTF_8));
            for (String stamp : stamps) {
                put(out, stamp, Files.readAllBytes(folder.resolve("stamp.tsr")));
            }
        }
    }

    private static void put(TarArchiveOutputStream out, String name, byte[] bytes)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        out.putArchiveEntry(entry);
        out.write(bytes);
        out.closeArchiveEntry();
    }
}
