package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
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
    /// @return its digest
    /// @throws BrokenEvidenceException if it is not what was expected, or the copy is not what was read
    public Sha256 copy(String address, Optional<Sha256> expected) throws IOException {
        Vault.Held held =
                from.stat(address)
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        "the vault's " + address,
                                        expected.map(Sha256::hex).orElse("an object"),
                                        Address.NOTHING));
        Sha256 digest = to.stat(address).isPresent() ? from.digest(address) : write(address);
        if (expected.isPresent() && !expected.get().equals(digest)) {
            throw Address.broken(address, expected.get(), digest.hex());
        }
        Sha256 copied = to.digest(address);
        if (!copied.equals(digest)) {
            throw Address.broken(address, digest, copied.hex());
        }
        if (held.settled()) {
            to.settle(address, digest, held.kept());
        }
        return digest;
    }

    private Sha256 write(String address) throws IOException {
        Vault.Writer writer = to.create(address);
        try (InputStream in = from.open(address)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                writer.write(buffer, 0, read);
            }
            return writer.commit().digest();
        } finally {
            writer.abort();
        }
    }
}
