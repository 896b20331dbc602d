package org.sigillo.merkle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sigillo.bytes.Sha256;

/// The tiles last used of one log, so that they are not read for each proof anew. What a tile holds never
/// changes, it only grows: so a tile that was read before it was full is read again once more of it is
/// asked for, and never otherwise. May be used by several threads.
public final class TileCache {
    private final Map<TileCoordinate, List<Sha256>> read;

    /// @param most how many tiles are kept, 256 hashes each
    public TileCache(int most) {
        this.read =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(
                            Map.Entry<TileCoordinate, List<Sha256>> eldest) {
                        return size() > most;
                    }
                };
    }

    /// The log's hashes one by one, kept or from there.
    ///
    /// @throws ProofException from the reader if a hash is not there
    public HashReader over(TileReader tiles) {
        return (level, index) -> {
            long number = index / TileCoordinate.FULL;
            int place = (int) (index % TileCoordinate.FULL);
            TileCoordinate at = new TileCoordinate(level, number, TileCoordinate.FULL);
            List<Sha256> tile = kept(at);
            if (place >= tile.size()) {
                // Not under the lock: others need not wait for a store or a database.
                tile = tiles.tile(level, number, TileCoordinate.FULL);
                keep(at, tile);
            }
            if (place >= tile.size()) {
                throw new ProofException("hash " + index + " of level " + level + " is not there");
            }
            return tile.get(place);
        };
    }

    /// Keeps nothing of what was read so far.
    public void forget() {
        synchronized (read) {
            read.clear();
        }
    }

    private List<Sha256> kept(TileCoordinate at) {
        synchronized (read) {
            return read.getOrDefault(at, List.of());
        }
    }

    private void keep(TileCoordinate at, List<Sha256> tile) {
        synchronized (read) {
            read.put(at, List.copyOf(tile));
        }
    }
}
