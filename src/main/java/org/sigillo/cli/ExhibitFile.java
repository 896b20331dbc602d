package org.sigillo.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.ContentReader;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealBrokenException;

/// An exhibit opened into a file, which has its name only once every byte of it was found right.
final class ExhibitFile {
    private ExhibitFile() {}

    /// The sealed bytes of a segment, and how its file is called.
    record Segment(String name, InputStream sealed) {}

    /// Where an exhibit's segments lie, by their numbers from 0.
    interface Segments {
        Segment open(int number) throws IOException;
    }

    /// Writes what the segments hold, or nothing.
    ///
    /// @throws BrokenEvidenceException naming the segment that is not what the label says
    /// @throws FileAlreadyExistsException if there is such a file
    static Path write(
            Path folder, String name, Label label, HybridIdentity generation, Segments segments)
            throws IOException {
        Path file = named(folder, name);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(
                part,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        int[] last = new int[1];
        boolean whole = false;
        try (ContentReader content =
                        new ContentReader(
                                generation,
                                label.size(),
                                n -> {
                                    last[0] = n;
                                    return checked(segments.open(n), label, n);
                                },
                                Optional.of(label.sha256()));
                OutputStream plain =
                        new BufferedOutputStream(
                                Files.newOutputStream(part, StandardOpenOption.WRITE))) {
            content.transferTo(plain);
            whole = true;
        } catch (SealBrokenException e) {
            // Its digest says more than that it does not open: both can be compared with a copy.
            Segment segment = segments.open(last[0]);
            try (InputStream in = checked(segment, label, last[0])) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            throw Exported.broken(segment.name(), "the granted key", e);
        } finally {
            if (!whole) {
                Files.deleteIfExists(part);
            }
        }
        return Files.move(part, file);
    }

    /// A sender's letters may be none that this machine's file system can write.
    private static Path named(Path folder, String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            return folder.resolve(name.replaceAll("[^ -~]", "_"));
        }
    }

    /// A segment that must have the digest of the label when it was read to its end.
    private static InputStream checked(Segment segment, Label label, int number) {
        return new DigestInputStream(segment.sealed(), Sha256.digest()) {
            @Override
            public void close() throws IOException {
                try {
                    transferTo(OutputStream.nullOutputStream());
                    Sha256 expected = label.segments().get(number);
                    Sha256 found = Sha256.copyOf(getMessageDigest().digest());
                    if (!expected.equals(found)) {
                        throw new BrokenEvidenceException(
                                segment.name(), expected.hex(), found.hex());
                    }
                } finally {
                    super.close();
                }
            }
        };
    }
}
