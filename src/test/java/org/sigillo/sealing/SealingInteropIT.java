package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Sha256;

/// What we seal opens in `age` and in the browser's library, and the other way round.
///
/// Needs `age` 1.3 or newer (system property `sigillo.age` or variable `SIGILLO_AGE`: the program's
/// path; else the one on the PATH, as `infra/test` provides it) and Node with age-encryption (property `sigillo.webui`: a folder with `node_modules`).
@Tag("stack")
@Tag("apart")
class SealingInteropIT {
    private static final String PASSPHRASE = "correct horse battery";

    @TempDir Path folder;

    private final HybridIdentity key = Keys.identity(1);

    @Nested
    class The_age_program {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131072, 5_000_001})
        void opens_ours_and_seals_for_us(int length) throws Exception {
            byte[] content = Keys.content(length);
            Path identity = write("identity", key.revealText() + "\n");
            Path sealed = folder.resolve("sealed.age");
            Files.write(sealed, Age.seal(content, key.recipient()));
            assertThat(run(new byte[0], age(), "-d", "-i", identity.toString(), sealed.toString()))
                    .isEqualTo(content);
            byte[] theirs = run(content, age(), "-r", key.recipient().text());
            assertThat(Age.open(theirs, key)).isEqualTo(content);
        }

        @Test
        void agrees_about_keys_that_it_made_itself() throws Exception {
            byte[] made = run(new byte[0], age() + "-keygen", "-pq");
            String line =
                    new String(made, StandardCharsets.US_ASCII)
                            .lines()
                            .filter(text -> text.startsWith("AGE-SECRET-KEY-PQ-1"))
                            .findFirst()
                            .orElseThrow();
            HybridIdentity theirs = HybridIdentity.parse(line);
            assertThat(new String(made, StandardCharsets.US_ASCII))
                    .contains(theirs.recipient().text());
            assertThat(theirs.revealText()).isEqualTo(line);
        }

        @Test
        void takes_the_plaintext_of_a_grant_as_an_identity_file() throws Exception {
            HybridIdentity caseKey = Keys.identity(2);
            byte[] line = (caseKey.revealText() + "\n").getBytes(StandardCharsets.US_ASCII);
            Path grant = folder.resolve("grant.age");
            Files.write(grant, Age.seal(line, key.recipient()));
            Path person = write("person", key.revealText() + "\n");
            Path granted = folder.resolve("case.key");
            Files.write(
                    granted,
                    run(new byte[0], age(), "-d", "-i", person.toString(), grant.toString()));
            byte[] label = Age.seal(Keys.content(100), caseKey.recipient());
            assertThat(run(label, age(), "-d", "-i", granted.toString()))
                    .isEqualTo(Keys.content(100));
        }

        @Test
        void rebuilds_content_from_its_segments_with_cat_and_head() throws Exception {
            byte[] content = Keys.content(SegmentSealer.SEGMENT + 70_001);
            List<ByteArrayOutputStream> segments = new ArrayList<>();
            SealedContent sealed;
            try (SegmentSealer sealer = new SegmentSealer(key.recipient(), into(segments))) {
                sealer.write(content);
                sealed = sealer.finish();
            }
            Path identity = write("identity", key.revealText() + "\n");
            StringBuilder script = new StringBuilder("set -e\n(");
            for (int i = 0; i < segments.size(); i++) {
                Path file = folder.resolve(Integer.toString(i));
                Files.write(file, segments.get(i).toByteArray());
                script.append(age() + " -d -i " + identity + " " + file + "; ");
            }
            script.append(") | head -c " + sealed.size() + " | sha256sum");
            byte[] sum = run(new byte[0], "sh", "-c", script.toString());
            assertThat(new String(sum, StandardCharsets.US_ASCII))
                    .startsWith(Sha256.of(content).hex());
            assertThat(sealed.plaintext()).isEqualTo(Sha256.of(content));
        }

        @Test
        void opens_a_key_file_by_its_passphrase_and_uses_it_as_identity() throws Exception {
            Path file = folder.resolve("person.age");
            Files.write(file, keyFile());
            byte[] sealed = Age.seal(Keys.content(9), key.recipient());
            Path box = folder.resolve("box.age");
            Files.write(box, sealed);
            Path out = folder.resolve("out");
            // age asks on a terminal and nowhere else; `script` is one.
            run(
                    (PASSPHRASE + "\n").getBytes(StandardCharsets.US_ASCII),
                    "script",
                    "-qec",
                    age() + " -d -i " + file + " -o " + out + " " + box,
                    "/dev/null");
            assertThat(Files.readAllBytes(out)).isEqualTo(Keys.content(9));
        }
    }

    @Nested
    class The_browsers_library {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131072, 1_000_001})
        void opens_ours_and_seals_for_us(int length) throws Exception {
            byte[] content = Keys.content(length);
            assertThat(node(Age.seal(content, key.recipient()), "open", key.revealText()))
                    .isEqualTo(content);
            assertThat(Age.open(node(content, "seal", key.recipient().text()), key))
                    .isEqualTo(content);
        }

        @Test
        void seals_a_reply_for_two() throws Exception {
            HybridIdentity source = Keys.identity(2);
            byte[] json = Arrays.copyOf("{}".getBytes(StandardCharsets.US_ASCII), 4096);
            byte[] box = node(json, "seal", key.recipient().text(), source.recipient().text());
            assertThat(SealedBox.openPadded(box, key)).asString().isEqualTo("{}");
            assertThat(SealedBox.openPadded(box, source)).asString().isEqualTo("{}");
        }

        @Test
        void opens_and_makes_key_files() throws Exception {
            byte[] plain = node(keyFile(), "open-passphrase", PASSPHRASE);
            assertThat(new String(plain, StandardCharsets.US_ASCII))
                    .startsWith("# sigillo key file v1\n")
                    .endsWith(key.revealText() + "\n");
            byte[] theirs = node(plain, "seal-passphrase", PASSPHRASE);
            try (KeyFile opened = KeyFile.open(theirs, PASSPHRASE.toCharArray())) {
                assertThat(opened.identity().recipient()).isEqualTo(key.recipient());
            }
        }
    }

    private byte[] keyFile() {
        try (KeyFile keys = KeyFile.of("ab".repeat(16), Keys.secret(5), Optional.empty(), key)) {
            return KeyFile.seal(keys, PASSPHRASE.toCharArray(), 12, Keys.counting());
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String age() {
        String variable = System.getenv("SIGILLO_AGE");
        return System.getProperty("sigillo.age", variable == null ? "age" : variable);
    }

    private static byte[] node(byte[] input, String... what) throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("node", "src/test/interop/age.mjs"));
        command.add(System.getProperty("sigillo.webui", "src/main/webui"));
        command.addAll(List.of(what));
        return run(input, command.toArray(String[]::new));
    }

    private static byte[] run(byte[] input, String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Thread feeder = Thread.ofVirtual().start(() -> feed(process, input));
        byte[] output;
        try (InputStream out = process.getInputStream()) {
            output = out.readAllBytes();
        }
        feeder.join();
        assertThat(process.waitFor()).as("%s", command[0]).isZero();
        return output;
    }

    private static void feed(Process process, byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            // The program ended without reading everything; its exit code says why.
            process.onExit();
        }
    }

    private static SegmentSealer.SegmentSink into(List<ByteArrayOutputStream> segments) {
        return number -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new SegmentSealer.Segment() {
                @Override
                public void write(byte[] sealed, int offset, int length) {
                    bytes.write(sealed, offset, length);
                }

                @Override
                public Sha256 commit() {
                    segments.add(bytes);
                    return Sha256.of(bytes.toByteArray());
                }

                @Override
                public void abort() {
                    bytes.reset();
                }
            };
        };
    }
}
