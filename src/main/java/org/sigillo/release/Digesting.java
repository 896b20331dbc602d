package org.sigillo.release;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.sigillo.bytes.Sha256;

/// Counts and hashes what is read through it.
final class Digesting extends FilterInputStream {
    private final MessageDigest digest = Sha256.digest();
    private long count;

    Digesting(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            digest.update(bytes, offset, read);
            count += read;
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    long count() {
        return count;
    }

    /// Of everything read; may be asked once.
    Sha256 digest() {
        return Sha256.copyOf(digest.digest());
    }
}
