package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;

/// Opens segments for those who use them. One that is not there, or is not what was sealed, is noted as
/// damage and breaks off: who reads it never takes it for whole.
@ApplicationScoped
class SegmentReader {
    private final Vault vault;
    private final Damage damage;

    SegmentReader(Vault vault, Damage damage) {
        this.vault = vault;
        this.damage = damage;
    }

    /// @param sealed the digest of what was sealed
    /// @throws Refusal if it is not there
    InputStream open(SealedSegments.Segment at, Sha256 sealed) throws IOException {
        try {
            return compared(
                    vault.open(SealedSegments.address(at.exhibit(), at.number())), at, sealed);
        } catch (NoSuchFileException e) {
            damage.note(at, new Scrub.Missing());
            throw new Refusal(
                    Refusal.Kind.GONE,
                    "damaged",
                    "Segment "
                            + at.number()
                            + " of this exhibit is missing from the vault. That is entered in the ledger"
                            + " now. Tell an operator: another copy of the vault may have it.");
        }
    }

    private InputStream compared(InputStream in, SealedSegments.Segment at, Sha256 sealed) {
        MessageDigest found = Sha256.digest();
        return new DigestInputStream(in, found) {
            private boolean ended;

            @Override
            public int read() throws IOException {
                return atEnd(super.read());
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return atEnd(super.read(into, offset, length));
            }

            private int atEnd(int read) throws IOException {
                if (read < 0 && !ended) {
                    ended = true;
                    Sha256 lies = Sha256.copyOf(found.digest());
                    if (!lies.equals(sealed)) {
                        damage.note(at, new Scrub.Altered(lies));
                        throw new IOException(
                                "segment "
                                        + at.number()
                                        + " of exhibit "
                                        + at.exhibit()
                                        + " is not what was sealed");
                    }
                }
                return read;
            }
        };
    }
}
