/// RFC 6962 hashing, the compact range, C2SP tiles, proofs and their checks: pure functions.
///
/// Open [MerkleHash] first, then [ProofCheck]. Nothing here reads or stores anything. Trusted: the
/// verifier is this room's [ProofCheck], written from RFC 9162 §2.1.
@NullMarked
package org.sigillo.merkle;

import org.jspecify.annotations.NullMarked;
