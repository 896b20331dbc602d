package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.sealing.Codename;

/// What `sigillo submit` refuses before it asks anybody: nothing answers at the address that it is given.
class SubmitTest {
    private static final String NOWHERE = "http://drop.localhost:1/";

    @TempDir Path folder;
    private String complained = "";

    private int submit(String... arguments) {
        List<String> command = new ArrayList<>(List.of("submit"));
        command.addAll(List.of(arguments));
        PrintStream err = System.err;
        InputStream in = System.in;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(new byte[0]));
            return Sigillo.run(command.toArray(String[]::new));
        } finally {
            System.setErr(err);
            System.setIn(in);
            complained = said.toString(StandardCharsets.UTF_8);
        }
    }

    private String file() throws IOException {
        return Files.writeString(folder.resolve("a.txt"), "a").toString();
    }

    private void refused(int code, String sentence) {
        assertThat(code).as(complained).isEqualTo(2);
        assertThat(complained).contains(sentence);
    }

    @Test
    void nothing_to_do() {
        refused(submit("--to", NOWHERE), "nothing to do");
    }

    @Test
    void a_codename_on_the_command_line() {
        refused(submit("--to", NOWHERE, "--codename=a b c d e f g", "--list"), "Unknown option");
    }

    @Test
    void a_new_codename_for_nothing() {
        refused(submit("--to", NOWHERE, "--new", "--list"), "--new goes with something to send");
        refused(
                submit("--to", NOWHERE, "--withdraw", "everything"),
                "--withdraw is no-publication or deletion");
    }

    @Test
    void message_and_codename_both_from_standard_input() {
        refused(
                submit("--to", NOWHERE, "--message", "-", "--codename-file", "-"),
                "standard input has either");
    }

    @Test
    void a_plain_receipt_without_a_folder() throws IOException {
        refused(submit("--to", NOWHERE, "--plain-receipt", file()), "--receipt FOLDER");
    }

    @Test
    void a_genesis_hash_that_is_none() throws IOException {
        refused(submit("--to", NOWHERE, "--genesis", "1234", file()), "hex digits");
    }

    @Test
    void an_address_that_others_could_listen_to() throws IOException {
        refused(submit("--to", "http://drop.example.org", file()), "only https");
    }

    @Test
    void a_folder() throws IOException {
        refused(submit("--to", NOWHERE, file(), folder.toString()), "is a folder");
    }

    @Test
    void a_file_that_is_not_there() {
        refused(submit("--to", NOWHERE, folder.resolve("none").toString()), "there is no file");
        refused(
                submit("--to", NOWHERE, "--message", folder.resolve("none").toString()),
                "there is no file");
    }

    @Test
    void a_message_that_fits_into_no_memory() throws IOException {
        Path message = folder.resolve("message");
        try (RandomAccessFile file = new RandomAccessFile(message.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        refused(submit("--to", NOWHERE, "--message", message.toString()), "longer than 1 MiB");
    }

    @Test
    void a_message_whose_last_letter_is_cut_by_the_limit() throws IOException {
        Path message = Files.writeString(folder.resolve("message"), "a".repeat(1 << 20) + "\u00e4");
        refused(submit("--to", NOWHERE, "--message", message.toString()), "longer than 1 MiB");
    }

    @Test
    void a_message_that_may_hold_the_codename() throws IOException {
        Path message =
                Files.writeString(
                        folder.resolve("message"),
                        "It is " + Codename.generate(new SecureRandom()).revealText());
        refused(
                submit("--to", NOWHERE, "--message", message.toString()),
                "seven neighbouring words");
    }
}
