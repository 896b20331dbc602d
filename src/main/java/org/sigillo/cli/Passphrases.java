package org.sigillo.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.MalformedException;
import org.sigillo.sealing.KeyFile;
import org.sigillo.sealing.SealBrokenException;

/// Where passphrases come from, and what they open: a file with one a line, or the terminal; never the command line,
/// which every process on the machine can read.
final class Passphrases {
    private final List<String> lines;

    private Passphrases(List<String> lines) {
        this.lines = lines;
    }

    static Passphrases of(@Nullable Path file) throws IOException {
        return new Passphrases(file == null ? List.of() : Files.readAllLines(file));
    }

    /// Opens a key file.
    ///
    /// @throws IllegalArgumentException if the passphrase is another
    /// @throws MalformedException if it is no key file, or a damaged one: that is no evidence
    static KeyFile open(Path file, char[] passphrase) throws IOException {
        try {
            return KeyFile.open(Files.readAllBytes(file), passphrase);
        } catch (SealBrokenException e) {
            if (e.reason() == SealBrokenException.Reason.WRONG_KEY) {
                throw new IllegalArgumentException(
                        "the passphrase does not open the key file " + file, e);
            }
            throw new MalformedException(
                    file + " is no key file, or a damaged one: " + e.reason().words(), e);
        }
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
