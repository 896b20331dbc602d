package org.sigillo.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where passphrases come from: a file with one a line, or the terminal; never the command line,
/// which every process on the machine can read.
final class Passphrases {
    private final List<String> lines;

    private Passphrases(List<String> lines) {
        this.lines = lines;
    }

    static Passphrases of(@Nullable Path file) throws IOException {
        return new Passphrases(file == null ? List.of() : Files.readAllLines(file));
    }

    /// The passphrase of the key file with this number, asked for on the terminal if there is no
    /// file of passphrases. A file with one line serves all key files.
    char[] get(int number, String what) {
        if (!lines.isEmpty()) {
            int line = lines.size() == 1 ? 0 : number;
            if (line >= lines.size()) {
                throw new IllegalArgumentException(
                        "the file of passphrases has only " + lines.size() + " lines");
            }
            return lines.get(line).toCharArray();
        }
        @SuppressWarnings("SystemConsoleNull") // null all the same where the JDK has no console
        @Nullable Console console = System.console();
        char @Nullable [] typed =
                console != null && console.isTerminal()
                        ? console.readPassword("Passphrase of %s: ", what)
                        : null;
        if (typed == null || typed.length == 0) {
            throw new IllegalArgumentException(
                    "no passphrase for " + what + ": give one with --passphrase-file");
        }
        return typed;
    }
}
