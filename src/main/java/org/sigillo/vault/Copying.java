package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Brings objects of one vault to another, each to the same address, staged or settled as it was, and
/// kept as long. What is there already is compared, not written again.
public final class Copying {
    private static final int BUFFER = 64 * 1024;

    private final Vault from;
    private final Vault to;

    public Copying(Vault from, Vault to) {
        this.from = from;
        this.to = to;
    }

    /// Copies one object and reads the copy back.
    ///
    /// @param expected its digest, where that is known from elsewhere
    /// @return its digest; nothing if there is no such object
    /// @throws BrokenEvidenceException if it is not what was expected, or the copy is not what was read
    public Optional<Sha256> copy(String address, Optional<Sha256> expected) throws IOException {
        // Read whatever is said of it: what lies there and is no object is not the same as nothing.
        Optional<Sha256> read = read(address, expected);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Sha256 digest = read.get();
        if (expected.isPresent() && !expected.get().equals(digest)) {
            throw Address.broken(address, expected.get(), digest.hex());
        }
        Sha256 copied = to.digest(address);
        if (!copied.equals(digest)) {
            throw Address.broken(address, digest, copied.hex());
        }
        Optional<Vault.Held> held = from.stat(address).filter(Vault.Held::settled);
        if (held.isPresent()) {
            to.settle(address, digest, held.get().kept());
        }
        return read;
    }

    /// Reads it, and writes it where it is not there already.
    private Optional<Sha256> read(String address, Optional<Sha256> expected) throws IOException {
        InputStream opened;
        try {
            opened = from.open(address);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try (InputStream in = opened) {
            return Optional.of(
                    to.stat(address).isPresent()
                            ? Sha256.ofRest(in)
                            : write(address, in, expected));
        }
    }

    /// Nothing becomes visible of what is not as expected: it would be in the way of the right bytes.
    private Sha256 write(String address, InputStream in, Optional<Sha256> expected)
            throws IOException {
        Vault.Writer writer = to.create(address);
        try {
            MessageDigest running = Sha256.digest();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                running.update(buffer, 0, read);
                writer.write(buffer, 0, read);
            }
            Sha256 digest = Sha256.copyOf(running.digest());
            if (expected.isEmpty() || expected.get().equals(digest)) {
                writer.commit(digest);
            }
            return digest;
        } finally {
            writer.abort();
        }
    }
}
