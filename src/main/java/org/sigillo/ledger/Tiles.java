package org.sigillo.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Vault;

/// Tiles and bundles in the layout of C2SP tlog-tiles: full ones are written to the vault once and read
/// from there, partial ones come from the database.
final class Tiles {
    /// A bundle of the largest entries that one can have, each with its length: a genesis is larger than what comes after it.
    private static final int LARGEST = TileCoordinate.FULL * (2 + 0xFFFF);

    /// How many checkpoints are kept: while one is put there, the one before it is.
    private static final int KEPT = 2;

    private final Optional<Vault> vault;
    private final String folder;

    /// @param folder of the ledger in the vault: empty, or with a slash at its end
    Tiles(Optional<Vault> vault, String folder) {
        this.vault = vault;
        this.folder = folder;
    }

    String folder() {
        return folder;
    }

    private String address(TileCoordinate tile) {
        return folder + tile.path();
    }

    /// The root over a full one, by which it is known where it was stored.
    static Sha256 node(Rows rows, TileCoordinate tile) throws SQLException {
        int above = Math.max(tile.level(), 0) + 1;
        return rows.tree().hashes().hash(above, tile.index());
    }

    /// Full or partial; from the database.
    static byte[] fromRows(Rows rows, TileCoordinate tile) throws SQLException {
        long from = tile.index() * TileCoordinate.FULL;
        long to = from + tile.width();
        return tile.level() == TileCoordinate.ENTRIES
                ? EntryBundle.encode(
                        rows.tree().entries(from, to).stream().map(TreeRows.Stored::bytes).toList())
                : join(rows.tree().hashes(tile.level(), from, to));
    }

    /// A full one that was written to the vault, once it is what the tree says.
    ///
    /// @param node the root over its hashes, or over its entries' leaf hashes
    Optional<byte[]> stored(TileCoordinate tile, Sha256 node) {
        if (vault.isEmpty() || tile.width() < TileCoordinate.FULL) {
            return Optional.empty();
        }
        try {
            byte[] bytes = vault.get().read(address(tile), LARGEST);
            String found = root(tile, bytes).map(Sha256::hex).orElse("no such tile");
            if (!found.equals(node.hex())) {
                throw new BrokenEvidenceException(
                        "the vault's " + address(tile), node.hex(), found);
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts a checkpoint where the last ones are kept, with the log's own lines, in place of the oldest of them.
    void keep(String folder, SignedCheckpoint checkpoint) throws IOException {
        Vault keeper = vault.orElseThrow();
        String address = "%s/%020d".formatted(folder, checkpoint.checkpoint().size());
        List<String> kept = keeper.list(folder);
        if (kept.contains(address)) {
            return;
        }
        keeper.put(address, checkpoint.signed().getBytes(StandardCharsets.UTF_8));
        for (String old : kept.subList(0, Math.max(0, kept.size() - KEPT + 1))) {
            keeper.remove(old);
        }
    }

    /// How many groups of 256 entries are in the vault with all that they complete, from the first on:
    /// each group's tile of leaf hashes is written last.
    long written() throws IOException {
        long there = 0;
        long step = 1;
        while (isThere(there + step - 1)) {
            there += step;
            step *= 2;
        }
        while (step > 1) {
            step /= 2;
            if (isThere(there + step - 1)) {
                there += step;
            }
        }
        return there;
    }

    private boolean isThere(long group) throws IOException {
        return vault.isPresent()
                && vault.get()
                        .size(address(new TileCoordinate(0, group, TileCoordinate.FULL)))
                        .isPresent();
    }

    /// Writes the bundle of a group, every tile that it completes, and its leaf hashes at last.
    void write(Rows rows, long group) throws SQLException, IOException {
        long from = group * TileCoordinate.FULL;
        List<TreeRows.Stored> entries = rows.tree().entries(from, from + TileCoordinate.FULL);
        write(
                TileCoordinate.ENTRIES,
                group,
                EntryBundle.encode(entries.stream().map(TreeRows.Stored::bytes).toList()));
        long done = group + 1;
        for (int level = 1; done % TileCoordinate.FULL == 0; level++) {
            done /= TileCoordinate.FULL;
            write(
                    level,
                    done - 1,
                    fromRows(rows, new TileCoordinate(level, done - 1, TileCoordinate.FULL)));
        }
        write(0, group, join(entries.stream().map(TreeRows.Stored::leaf).toList()));
    }

    private void write(int level, long index, byte[] bytes) throws IOException {
        vault.orElseThrow()
                .put(address(new TileCoordinate(level, index, TileCoordinate.FULL)), bytes);
    }

    /// Nothing where these are not the bytes of a full tile or bundle.
    private static Optional<Sha256> root(TileCoordinate tile, byte[] bytes) {
        CompactRange range = CompactRange.empty();
        if (tile.level() == TileCoordinate.ENTRIES) {
            try {
                EntryBundle.decode(bytes).forEach(entry -> range.append(MerkleHash.leaf(entry)));
            } catch (MalformedException e) {
                return Optional.empty();
            }
        } else {
            // Fewer hashes of a higher level would have the same root.
            if (bytes.length != TileCoordinate.FULL * Sha256.LENGTH) {
                return Optional.empty();
            }
            for (int i = 0; i < bytes.length; i += Sha256.LENGTH) {
                range.append(Sha256.copyOf(Arrays.copyOfRange(bytes, i, i + Sha256.LENGTH)));
            }
        }
        return Optional.of(range.root());
    }

    private static byte[] join(List<Sha256> hashes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        hashes.forEach(h -> out.writeBytes(h.bytes()));
        return out.toByteArray();
    }

    /// The full tiles and bundles of the open ledger, which its rows can make again.
    static final class Kept implements Holdings {
        private final Volume rows;
        private final Tiles tiles;
        private final InstantSource clock;

        Kept(Volume rows, Tiles tiles, InstantSource clock) {
            this.rows = rows;
            this.tiles = tiles;
            this.clock = clock;
        }

        @Override
        public String prefix() {
            return tiles.folder + "tile";
        }

        @Override
        public void heldOf(List<String> addresses, Consumer<Held> visitor) {
            long groups = groups();
            for (String address : addresses) {
                TileCoordinate.parse(address.substring(tiles.folder.length()))
                        .filter(it -> full(it, groups))
                        .ifPresent(it -> visitor.accept(held(it)));
            }
        }

        @Override
        public void forEach(Consumer<Held> visitor) {
            long groups = groups();
            for (int level = TileCoordinate.ENTRIES; level < 8; level++) {
                TileCoordinate.ofLevel(level, groups * TileCoordinate.FULL).stream()
                        .filter(it -> full(it, groups))
                        .forEach(it -> visitor.accept(held(it)));
            }
        }

        /// As many as the newest checkpoint in the vault covers: that is put there when all of them are. What lies there now says
        /// nothing, or one that was lost would take all behind it along. One that is named larger than the ledger is somebody else's work.
        private long groups() {
            BigInteger size =
                    BigInteger.valueOf(rows.read("reading the size", r -> r.tree().size()));
            try {
                return tiles.vault.orElseThrow().list(rows.checkpoints()).stream()
                                .map(it -> it.substring(it.lastIndexOf('/') + 1))
                                .filter(it -> it.matches("[0-9]{18,20}"))
                                .map(BigInteger::new)
                                .filter(it -> it.compareTo(size) <= 0)
                                .mapToLong(BigInteger::longValueExact)
                                .max()
                                .orElse(0)
                        / TileCoordinate.FULL;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static boolean full(TileCoordinate tile, long groups) {
            return tile.width() == TileCoordinate.FULL && tile.within(groups * TileCoordinate.FULL);
        }

        private Held held(TileCoordinate tile) {
            return new Held(
                    tiles.address(tile),
                    Sha256.of(bytes(tile)),
                    true,
                    Optional.of(Retention.published(clock)));
        }

        private byte[] bytes(TileCoordinate tile) {
            return rows.read("reading a tile", r -> fromRows(r, tile));
        }

        @Override
        public boolean restore(String address) throws IOException {
            Optional<TileCoordinate> tile =
                    TileCoordinate.parse(address.substring(tiles.folder.length()));
            if (tile.isPresent()) {
                tiles.write(tile.get().level(), tile.get().index(), bytes(tile.get()));
            }
            return tile.isPresent();
        }
    }
}
