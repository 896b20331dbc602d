package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sigillo.bytes.Sha256;

/// A store of immutable objects by address. An address is two to six parts of letters, digits,
/// `.`, `_` and `-`, joined by `/`.
///
/// What is committed lies in staging first, where it can be removed; [#settle] brings it to its final
/// place, where it is kept for as long as its [Retention] says. Readers find it in either.
public interface Vault extends AutoCloseable {
    /// An object being written: invisible until it is committed.
    interface Writer {
        void write(byte[] bytes, int offset, int length) throws IOException;

        /// Of all that was written; nothing more may be.
        Sha256 digest();

        /// Makes the object durable and visible.
        ///
        /// @throws java.nio.file.FileAlreadyExistsException if the address is taken by other bytes
        Stored commit() throws IOException;

        /// As [#commit], if exactly these bytes were written; otherwise nothing becomes visible.
        Stored commit(Sha256 expected) throws IOException;

        /// Leaves nothing behind; harmless after a commit.
        void abort() throws IOException;
    }

    /// What was stored.
    record Stored(long size, Sha256 digest) {}

    /// What is known of an object without reading it.
    ///
    /// @param kept the retention that protects it; none in staging, or once it has ended
    record Held(long size, boolean settled, Optional<Retention> kept) {}

    /// An object in staging, and the day (UTC) on which it came: no finer time is kept where we decide.
    record Staged(String address, LocalDate day) {}

    /// Begins an object.
    ///
    /// @throws VaultFullException if less than the reserve would be left by what somebody sends: the ledger's
    ///     tiles and checkpoints and released packages may use it
    Writer create(String address) throws IOException;

    /// Stores a small object whole.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if the address is taken by other bytes
    default Stored put(String address, byte[] bytes) throws IOException {
        Writer writer = create(address);
        try {
            writer.write(bytes, 0, bytes.length);
            return writer.commit();
        } finally {
            writer.abort();
        }
    }

    /// Reads a committed object.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    InputStream open(String address) throws IOException;

    /// Reads `length` bytes from an offset on, or fewer where the object ends.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    InputStream open(String address, long offset, long length) throws IOException;

    /// Reads a small object whole.
    ///
    /// @param most bytes that such an object can have
    /// @throws IOException if it has more: whoever holds the vault may put something without end there
    /// @throws java.nio.file.NoSuchFileException if there is none
    default byte[] read(String address, int most) throws IOException {
        try (InputStream in = open(address)) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length == most && in.read() >= 0) {
                throw new StoreException(
                        "the vault's " + address + " has more than " + most + " bytes", "", null);
            }
            return bytes;
        }
    }

    Optional<Held> stat(String address) throws IOException;

    /// In bytes.
    default OptionalLong size(String address) throws IOException {
        return stat(address).map(held -> OptionalLong.of(held.size())).orElse(OptionalLong.empty());
    }

    /// The SHA-256 of all its bytes, read now.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    default Sha256 digest(String address) throws IOException {
        try (InputStream in = open(address)) {
            return Sha256.ofRest(in);
        }
    }

    /// Addresses below a prefix, in order, wherever the objects lie; all of them for an empty one.
    List<String> list(String prefix) throws IOException;

    /// What is still in staging below a prefix.
    List<Staged> staged(String prefix) throws IOException;

    /// Brings a committed object to its final place with this retention: copies it inside the store,
    /// reads the copy back, and only then removes the staged one. One that has settled gets the
    /// retention if it has less. Repeated after an end at any point, it does what is left.
    ///
    /// @throws org.sigillo.bytes.BrokenEvidenceException if its bytes are others, or it is nowhere
    void settle(String address, Sha256 digest, Optional<Retention> retention) throws IOException;

    /// Gives the retention to what has this digest and lies below what somebody put over it, be it the marker of a removal, where a store
    /// keeps older versions. [#settle] does so, too, where it finds another object, or none.
    ///
    /// @return whether there is such a version
    default boolean keepOlder(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        return false;
    }

    /// Removes an object, wherever it lies and in every version; harmless if there is none.
    ///
    /// @throws RetainedException while a retention or a hold protects it
    void remove(String address) throws IOException;

    /// Removes an object from staging, if it is there; one that has settled stays.
    void removeStaged(String address) throws IOException;

    /// Gives up what a program that was killed has begun to send, and nobody will end: it lies in no listing and takes room.
    default void giveUpUnfinished() throws IOException {}

    /// Bytes that may still be written, as far as is known.
    long free() throws IOException;

    /// What protects settled objects, as `docs/spec/ledger.md` has it for `vault.opened`.
    Protection protection();

    @Override
    void close() throws IOException;

    /// How far the store itself keeps settled objects from being removed.
    enum Protection {
        /// S3 Object Lock: the store refuses, whoever asks.
        OBJECT_LOCK("object-lock"),
        /// File modes: whoever owns the files can undo them.
        FILE_MODES("file-modes"),
        /// Nothing, because the settings say that nothing will do.
        NONE("none");

        private final String word;

        Protection(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
