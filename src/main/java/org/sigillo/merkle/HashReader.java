package org.sigillo.merkle;

import org.sigillo.bytes.Sha256;

/// Where the hashes of full subtrees at tile levels come from.
@FunctionalInterface
public interface HashReader {
    /// The root of leaves `[index·256^level, (index+1)·256^level)`, all of which exist.
    Sha256 hash(int level, long index);
}
