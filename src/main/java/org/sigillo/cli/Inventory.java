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

    /// The last line may be cut short by an end in the middle of it, where `own` is what we wrote.
    static Map<String, Sha256> read(Path file, boolean own) throws IOException {
        Map<String, Sha256> digests = new TreeMap<>();
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        String whole = own ? text.substring(0, text.lastIndexOf('\n') + 1) : text;
        for (String line : whole.lines().toList()) {
            int gap = line.indexOf("  ");
            if (gap != 2 * Sha256.LENGTH) {
                throw new MalformedException(file + " has a line that is none of sha256sum");
            }
            digests.put(line.substring(gap + 2), Sha256.parse(line.substring(0, gap)));
        }
        return digests;
    }

    /// A file to which one line after the other is added.
    static final class Progress implements AutoCloseable {
        private final BufferedWriter out;

        private Progress(BufferedWriter out) {
            this.out = out;
        }

        /// Goes on after what is there.
        static Progress after(Path file, Map<String, Sha256> done) throws IOException {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            try (BufferedWriter again = Files.newBufferedWriter(next, StandardCharsets.US_ASCII)) {
                for (Map.Entry<String, Sha256> one : done.entrySet()) {
                    again.write(line(one.getValue(), one.getKey()));
                }
            }
            Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            return new Progress(
                    Files.newBufferedWriter(
                            file, StandardCharsets.US_ASCII, StandardOpenOption.APPEND));
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
