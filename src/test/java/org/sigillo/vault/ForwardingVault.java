package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Sha256;

/// Hands everything on to another vault; tests stand in its way where they want.
public class ForwardingVault implements Vault {
    private final Vault real;

    public ForwardingVault(Vault real) {
        this.real = real;
    }

    /// Hands on what is written.
    public static class ForwardingWriter implements Writer {
        private final Writer real;

        public ForwardingWriter(Writer real) {
            this.real = real;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            real.write(bytes, offset, length);
        }

        @Override
        public Sha256 digest() {
            return real.digest();
        }

        @Override
        public Stored commit() throws IOException {
            return real.commit();
        }

        @Override
        public Stored commit(Sha256 expected) throws IOException {
            return real.commit(expected);
        }

        @Override
        public void abort() throws IOException {
            real.abort();
        }
    }

    @Override
    public Writer create(String address) throws IOException {
        return real.create(address);
    }

    @Override
    public InputStream open(String address) throws IOException {
        return real.open(address);
    }

    @Override
    public InputStream open(String address, long offset, long length) throws IOException {
        return real.open(address, offset, length);
    }

    @Override
    public Optional<Held> stat(String address) throws IOException {
        return real.stat(address);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        return real.list(prefix);
    }

    @Override
    public List<Staged> staged(String prefix) throws IOException {
        return real.staged(prefix);
    }

    @Override
    public void settle(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        real.settle(address, digest, retention);
    }

    @Override
    public boolean keepOlder(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        return real.keepOlder(address, digest, retention);
    }

    @Override
    public void remove(String address) throws IOException {
        real.remove(address);
    }

    @Override
    public void removeStaged(String address) throws IOException {
        real.removeStaged(address);
    }

    @Override
    public void giveUpUnfinished() throws IOException {
        real.giveUpUnfinished();
    }

    @Override
    public long free() throws IOException {
        return real.free();
    }

    @Override
    public Protection protection() {
        return real.protection();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
