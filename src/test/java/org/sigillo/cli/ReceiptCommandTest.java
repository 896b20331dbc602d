package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Hex;
import org.sigillo.custody.Genesis;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;

/// `receipt` on what a source was given, open and sealed to its codename.
class ReceiptCommandTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors/receipt");
    private static final String CODENAME = "abacus abdomen abdominal zoology zoom yo-yo t-shirt";

    @TempDir Path folder;

    @Test
    void it_names_the_ledger_by_the_hash_that_its_holder_compares() throws IOException {
        String hash =
                Genesis.parse(Files.readAllBytes(VECTORS.resolve("genesis.json"))).hash().hex();
        assertThat(said(vector("own.tlog-proof"), "--file", vector("copy.txt")))
                .startsWith("4 The receipt holds: entry 5, exhibit.sealed, 2026-11-24.")
                .contains("The file is the one that was received.")
                .contains("Its ledger begins with the genesis " + hash);
        assertThat(said(vector("own.tlog-proof"), "--json")).contains("\"genesis\":\"" + hash);
    }

    @Test
    void another_file_or_ledger_is_found() {
        assertThat(said(vector("own.tlog-proof"), "--file", vector("genesis.json")))
                .startsWith("1 ");
        assertThat(said(vector("closed.tlog-proof"))).startsWith("1 ");
    }

    @Test
    void one_that_is_sealed_opens_with_the_codename() throws IOException {
        String sealed = sealed(CODENAME);
        Path codename = Files.writeString(folder.resolve("codename"), CODENAME + "\n");
        assertThat(
                        said(
                                sealed,
                                "--codename-file",
                                codename.toString(),
                                "--file",
                                vector("copy.txt")))
                .startsWith("4 The receipt holds")
                .contains("The file is the one that was received.")
                .doesNotContain("abacus");
        Files.writeString(codename, CODENAME.replace("abacus", "zoology"));
        assertThat(said(sealed, "--codename-file", codename.toString())).startsWith("2 ");
        Files.writeString(codename, "abacus");
        assertThat(said(sealed, "--codename-file", codename.toString())).startsWith("2 ");
    }

    private String sealed(String codename) throws IOException {
        byte[] instance = Hex.parse("11".repeat(32), 32);
        try (Codename.Derived derived = Codename.parse(codename).orElseThrow().derive(instance)) {
            byte[] open = Files.readAllBytes(VECTORS.resolve("own.tlog-proof"));
            return Files.write(
                            folder.resolve("1.age"), Age.seal(open, derived.source().recipient()))
                    .toString();
        }
    }

    private static String vector(String name) {
        return VECTORS.resolve(name).toString();
    }

    /// The exit code, and what is printed.
    private static String said(String receipt, String... more) {
        List<String> words = new ArrayList<>(List.of("receipt", receipt));
        words.addAll(List.of("--genesis", vector("genesis.json")));
        words.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return Sigillo.run(words.toArray(String[]::new))
                    + " "
                    + out.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(before);
        }
    }
}
