package org.sigillo.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// Digests by address, in lines of `sha256sum`; also what a command has done so far, so that it goes on
/// there when it is called again.
final class Inventory {
    private Inventory() {}

    static Map<String, Sha256> read(Path file) throws IOException {
        return parse(file, Files.readString(file, StandardCharsets.US_ASCII));
    }

    private static Map<String, Sha256> parse(Path file, String text) {
        Map<String, Sha256> digests = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int gap = line.indexOf("  ");
            if (gap != 2 * Sha256.LENGTH) {
                throw new MalformedException(file + " has a line that is none of sha256sum");
            }
            digests.put(line.substring(gap + 2), Sha256.parse(line.substring(0, gap)));
        }
        return digests;
    }

    /// A file to which one line after the other is added, below one that says of which work.
    static final class Progress implements AutoCloseable {
        private final Map<String, Sha256> before;
        private final BufferedWriter out;

        private Progress(Map<String, Sha256> before, BufferedWriter out) {
            this.before = before;
            this.out = out;
        }

        /// Goes on after what is there. Its last line may be cut short by an end in the middle of it.
        ///
        /// @param work one line
        /// @throws MalformedException if it is another work's
        static Progress of(Path file, String work) throws IOException {
            String heading = work + "\n";
            String text = Files.exists(file) ? Files.readString(file) : "";
            if (!text.isEmpty() && !text.startsWith(heading)) {
                throw new MalformedException(
                        file
                                + " is not the progress of this command between these places:"
                                + " what it names as done is not done here. Name another file");
            }
            Map<String, Sha256> before =
                    text.isEmpty()
                            ? Map.of()
                            : parse(
                                    file,
                                    text.substring(heading.length(), text.lastIndexOf('\n') + 1));
            Path next = file.resolveSibling(file.getFileName() + ".next");
            try (BufferedWriter again = Files.newBufferedWriter(next)) {
                again.write(heading);
                for (Map.Entry<String, Sha256> one : before.entrySet()) {
                    again.write(line(one.getValue(), one.getKey()));
                }
            }
            Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return new Progress(before, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
        }

        /// What was done when it was opened.
        Map<String, Sha256> before() {
            return before;
        }

        void did(String address, Sha256 digest) throws IOException {
            out.write(line(digest, address));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static String line(Sha256 digest, String address) {
        return digest + "  " + address + "\n";
    }
}
