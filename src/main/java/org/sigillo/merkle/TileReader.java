package org.sigillo.merkle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sigillo.bytes.Sha256;

/// Where tiles come from, as their hashes.
@FunctionalInterface
public interface TileReader {
    /// Tiles that [#hashes] keeps: more than any proof needs.
    int KEPT = 32;

    /// The first `width` hashes of a tile; fewer if there are not so many.
    List<Sha256> tile(int level, long index, int width);

    /// Hashes one by one; the tiles last used are kept, so that a proof, and a walk along the leaves, read
    /// each but once. Not thread safe.
    ///
    /// @throws ProofException from the reader if a hash is not there
    default HashReader hashes() {
        Map<TileCoordinate, List<Sha256>> read =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(
                            Map.Entry<TileCoordinate, List<Sha256>> eldest) {
                        return size() > KEPT;
                    }
                };
        return (level, index) -> {
            long number = index / TileCoordinate.FULL;
            TileCoordinate at = new TileCoordinate(level, number, TileCoordinate.FULL);
            List<Sha256> tile = read.get(at);
            if (tile == null) {
                tile = tile(level, number, TileCoordinate.FULL);
                read.put(at, tile);
            }
            int place = (int) (index % TileCoordinate.FULL);
            if (place >= tile.size()) {
                throw new ProofException("hash " + index + " of level " + level + " is not there");
            }
            return tile.get(place);
        };
    }
}
