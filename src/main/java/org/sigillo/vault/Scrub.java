package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Reads objects again and compares their digests, no faster than it may.
public final class Scrub {
    private static final int BUFFER = 64 * 1024;

    private final Vault vault;
    private final Pace pace;

    /// Is told what was read, and rests where that was too fast.
    @FunctionalInterface
    public interface Pace {
        Pace FULL = bytes -> {};

        /// Is told what was read just now.
        void read(int bytes) throws InterruptedException;

        /// No faster than this.
        ///
        /// @param rate bytes a second
        static Pace of(long rate) {
            return bytes ->
                    Thread.sleep(
                            bytes * 1000L / rate,
                            (int) (bytes * 1_000_000_000L / rate % 1_000_000));
        }
    }

    public Scrub(Vault vault, Pace pace) {
        this.vault = vault;
        this.pace = pace;
    }

    /// What lies at an address.
    public sealed interface Found {}

    /// What was expected.
    public record Whole(long size) implements Found {}

    /// Other bytes than were expected.
    public record Altered(Sha256 digest) implements Found {}

    /// Nothing.
    public record Missing() implements Found {}

    /// Reads an object to its end and demands that it is what was expected.
    ///
    /// @return whether there is one at all
    /// @throws BrokenEvidenceException if it is another
    public boolean require(String address, Sha256 expected)
            throws IOException, InterruptedException {
        return switch (look(address, expected)) {
            case Whole ignored -> true;
            case Altered(Sha256 found) -> throw Address.broken(address, expected, found.hex());
            case Missing ignored -> false;
        };
    }

    /// Reads an object to its end.
    ///
    /// @throws IOException if the vault cannot be asked: then nothing is known
    public Found look(String address, Sha256 expected) throws IOException, InterruptedException {
        MessageDigest digest = Sha256.digest();
        long size = 0;
        try (InputStream in = vault.open(address)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
                pace.read(read);
            }
        } catch (NoSuchFileException e) {
            return new Missing();
        }
        Sha256 found = Sha256.copyOf(digest.digest());
        return found.equals(expected) ? new Whole(size) : new Altered(found);
    }
}
