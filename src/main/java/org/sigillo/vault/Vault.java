package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import org.sigillo.bytes.Sha256;

/// A store of immutable objects by address. An address is two to six parts of letters, digits,
/// `.`, `_` and `-`, joined by `/`.
public interface Vault {
    /// An object being written: invisible until it is committed.
    interface Writer {
        void write(byte[] bytes, int offset, int length) throws IOException;

        /// Makes the object durable and visible.
        ///
        /// @throws IOException if the address is taken by other bytes
        Stored commit() throws IOException;

        /// Leaves nothing behind; harmless after a commit.
        void abort() throws IOException;
    }

    /// What was stored.
    record Stored(long size, Sha256 digest) {}

    Writer create(String address) throws IOException;

    /// Reads a committed object.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    InputStream open(String address) throws IOException;

    OptionalLong size(String address) throws IOException;

    /// Addresses below a prefix, in order.
    List<String> list(String prefix) throws IOException;

    /// Removes an object; harmless if there is none.
    void remove(String address) throws IOException;

    /// Bytes that may still be written, as far as the store knows.
    long free() throws IOException;
}
