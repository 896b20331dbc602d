package org.sigillo.ledger;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Vault;

/// What of a ledger, the open one or one that was closed before it, is under a checkpoint, as it is shown and proven to others.
public final class Published {
    private final Volume rows;
    private final Tiles tiles;
    private final NoteSigner signer;
    private final InstantSource clock;
    private final Predicate<SignedCheckpoint> witnessed;
    private final String origin;
    private final List<NoteVerifier> keys;

    /// @param witnessed whether a checkpoint has the cosignatures that today's policy asks for
    Published(
            Volume rows,
            Tiles tiles,
            NoteSigner signer,
            InstantSource clock,
            Predicate<SignedCheckpoint> witnessed) {
        this.rows = rows;
        this.tiles = tiles;
        this.signer = signer;
        this.clock = clock;
        this.witnessed = witnessed;
        this.origin = rows.genesis().opened().origin();
        this.keys = rows.genesis().opened().keys().stream().map(NoteVerifier::parse).toList();
    }

    /// An entry, and that it is in a signed tree.
    ///
    /// @param in the ledger that holds it: this one, or one that was closed before it
    /// @param hashes the inclusion proof
    public record Proven(
            Genesis in,
            byte[] entry,
            long index,
            List<Sha256> hashes,
            SignedCheckpoint checkpoint) {
        public Proven {
            entry = entry.clone();
            hashes = List.copyOf(hashes);
        }
    }

    /// What of it lies in the vault.
    public Holdings holdings() {
        return new Tiles.Kept(rows, tiles, clock);
    }

    /// Whether it is the vault that the ledger began with: what another lacks is not lost.
    ///
    /// @throws BrokenEvidenceException if it is another ledger's
    public boolean isIn(Vault vault) throws IOException {
        return rows.isIn(vault);
    }

    /// So many of the checkpoints that are larger than this size, the smallest first. There may be too many to be held at once.
    public List<SignedCheckpoint> checkpoints(long after, int most) {
        return rows.read("reading checkpoints", r -> r.notes(rows.seal()).after(after, most));
    }

    /// Every time stamp of the checkpoints from one size to another, both included, as it came.
    public List<Stamped> stamps(long from, long to) {
        return rows.read("reading time stamps", r -> r.notes(rows.seal()).stamps(from, to)).stream()
                .map(stamp -> new Stamped(stamp.size(), stamp.authority(), stamp.reply()))
                .toList();
    }

    /// An authority's answer about the checkpoint of this size.
    public record Stamped(long size, String authority, byte[] reply) {
        public Stamped {
            reply = reply.clone();
        }
    }

    /// How many entries.
    public long size() {
        return last().map(Checkpoint::size).orElse(0L);
    }

    private Optional<Checkpoint> last() {
        return rows.read("reading the checkpoint", r -> r.notes(rows.seal()).last())
                .map(SignedCheckpoint::checkpoint);
    }

    /// Of an event that is numbered.
    public OptionalLong index(String key) {
        return rows.find(key).map(Recorded::index).orElse(OptionalLong.empty());
    }

    /// The checkpoint of this size.
    public Optional<SignedCheckpoint> checkpoint(long size) {
        return rows.read("reading a checkpoint", r -> r.notes(rows.seal()).of(size));
    }

    /// The first checkpoint that covers this entry.
    public Optional<SignedCheckpoint> covering(long index) {
        return rows.covering(index);
    }

    /// The first checkpoint over this entry with the cosignatures that the witness policy asks for.
    public Optional<SignedCheckpoint> witnessed(long index) {
        return rows.firstCovering(index, witnessed);
    }

    /// Whether it has those cosignatures.
    public boolean isWitnessed(SignedCheckpoint checkpoint) {
        return witnessed.test(checkpoint);
    }

    public Optional<byte[]> entry(long n) {
        return n >= size()
                ? Optional.empty()
                : rows.read("reading an entry", r -> r.tree().entry(n).map(TreeRows.Stored::bytes));
    }

    public List<Sha256> inclusion(long index, long size) {
        return rows.read(
                "proving",
                r -> {
                    Optional<SignedCheckpoint> in = r.notes(rows.seal()).of(size);
                    return in.isPresent()
                            ? rows.inclusion(r, index, in.get().checkpoint())
                            : Proofs.inclusion(index, size, r.tree().hashes());
                });
    }

    public List<Sha256> consistency(long from, long to) {
        return rows.read("proving", r -> Proofs.consistency(from, to, r.tree().hashes()));
    }

    /// A tile or a bundle, full or partial; nothing beyond the tree.
    public Optional<byte[]> tile(TileCoordinate tile) {
        if (!tile.within(size())) {
            return Optional.empty();
        }
        return stored(tile)
                .or(() -> Optional.of(rows.read("reading a tile", r -> Tiles.fromRows(r, tile))));
    }

    /// From the vault. The database is let go of while that answers: whoever asks for many tiles of a slow one would take all
    /// connections.
    private Optional<byte[]> stored(TileCoordinate tile) {
        if (tile.width() < TileCoordinate.FULL) {
            return Optional.empty();
        }
        Sha256 node = rows.read("reading a node", r -> Tiles.node(r, tile));
        try {
            return tiles.stored(tile, node);
        } catch (BrokenEvidenceException e) {
            rows.report(e);
            throw e;
        }
    }

    /// The same by its path (C2SP tlog-tiles); nothing if that is none.
    public Optional<byte[]> file(String path) {
        return TileCoordinate.parse(path).flatMap(this::tile);
    }

    /// The paths of every tile and bundle of a tree of this size.
    public static List<String> paths(long size) {
        return Stream.concat(
                        TileCoordinate.forSize(size).stream(),
                        TileCoordinate.ofLevel(TileCoordinate.ENTRIES, size).stream())
                .map(TileCoordinate::path)
                .toList();
    }

    /// That an entry is in the last checkpoint's tree (RFC 9942); nothing while it is not, or is alone
    /// there. Says once more what the log has signed in its notes, and nothing else: whoever altered a
    /// row of theirs gets no signature over it.
    public Optional<byte[]> coseReceipt(long index) {
        return rows.read(
                "proving",
                r ->
                        signed(r.notes(rows.seal()).last())
                                .filter(it -> index >= 0 && index < it.size() && it.size() > 1)
                                .map(it ->
                                        CoseReceipt.ofInclusion(
                                                it, index, rows.inclusion(r, index, it), signer)));
    }

    /// That the tree of one checkpoint begins that of a larger one (RFC 9942); nothing if either is none.
    public Optional<byte[]> coseReceipt(long from, long to) {
        return rows.read(
                "proving",
                r -> {
                    Optional<Checkpoint> earlier = signed(r.notes(rows.seal()).of(from));
                    Optional<Checkpoint> later = signed(r.notes(rows.seal()).of(to));
                    if (earlier.isEmpty() || later.isEmpty() || from >= to) {
                        return Optional.empty();
                    }
                    return Optional.of(
                            CoseReceipt.ofConsistency(
                                    earlier.get(),
                                    later.get(),
                                    Proofs.consistency(from, to, r.tree().hashes()),
                                    signer));
                });
    }

    private Optional<Checkpoint> signed(Optional<SignedCheckpoint> row) {
        return row.map(it -> {
            try {
                return Checkpoint.verified(it.signed(), origin, keys);
            } catch (NoteException e) {
                throw new BrokenEvidenceException(
                        "checkpoint " + it.checkpoint().size(),
                        "a note that the log signed",
                        String.valueOf(e.getMessage()));
            }
        });
    }
}
