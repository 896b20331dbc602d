package org.sigillo.vault;

import java.io.IOException;
import org.sigillo.bytes.Sha256;

/// Writes to a file first, so that size and digest are known before anything becomes visible.
abstract class SpooledWriter implements Vault.Writer {
    private final Spool.FileBeingWritten file;
    private final boolean durable;
    private final String address;

    /// @param durable whether the file itself becomes the object
    SpooledWriter(String address, Spool.FileBeingWritten file, boolean durable) {
        this.address = address;
        this.file = file;
        this.durable = durable;
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length);
    }

    @Override
    public final Sha256 digest() {
        return file.digest();
    }

    @Override
    public final Vault.Stored commit() throws IOException {
        Vault.Stored stored = file.finish(durable);
        publish(file, stored);
        file.remove();
        return stored;
    }

    @Override
    public final Vault.Stored commit(Sha256 expected) throws IOException {
        Vault.Stored stored = file.finish(durable);
        if (!stored.digest().equals(expected)) {
            throw new IOException("what was written for " + address + " is not what was meant");
        }
        return commit();
    }

    @Override
    public final void abort() throws IOException {
        file.remove();
    }

    /// Makes the finished file the object at this writer's address.
    abstract void publish(Spool.FileBeingWritten finished, Vault.Stored stored) throws IOException;
}
