package org.sigillo.merkle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sigillo.bytes.Sha256;

/// Where tiles come from, as their hashes.
@FunctionalInterface
public interface TileReader {
    /// The first `width` hashes of a tile; fewer if there are not so many.
    List<Sha256> tile(int level, long index, int width);

    /// Hashes one by one, each tile being read once. For one proof, or a few of the same tree; not
    /// thread safe.
    ///
    /// @throws ProofException from the reader if a hash is not there
    default HashReader hashes() {
        Map<TileCoordinate, List<Sha256>> read = new HashMap<>();
        return (level, index) -> {
            long number = index / TileCoordinate.FULL;
            List<Sha256> tile =
                    read.computeIfAbsent(
                            new TileCoordinate(level, number, TileCoordinate.FULL),
                            t -> tile(t.level(), t.index(), t.width()));
            int place = (int) (index % TileCoordinate.FULL);
            if (place >= tile.size()) {
                throw new ProofException("hash " + index + " of level " + level + " is not there");
            }
            return tile.get(place);
        };
    }
}
