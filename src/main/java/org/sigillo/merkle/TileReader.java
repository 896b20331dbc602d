package org.sigillo.merkle;

import java.util.List;
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
        return new TileCache(KEPT).over(this);
    }
}
