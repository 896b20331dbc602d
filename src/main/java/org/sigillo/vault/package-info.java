/// Where sealed segments and published packages lie, by address: in a folder, or in an S3 store.
///
/// Open [Vault] first. Invariants: nothing can be read at an address before it was committed whole; what
/// was committed is never overwritten with other bytes (in a store up to 96 MiB, more than any segment has: what goes in parts,
/// files of packages alone, not every store refuses at a taken address); what has settled was read back and found to have
/// its digest before the staged copy went; a retention is never shortened. Stored layout:
/// `segments/<exhibit>/<n>` and `proposals/<release>/<n>` sealed, `packages/<release>/…` plain because
/// published, full tiles and last checkpoints of the ledger; each of them first in staging (`.staging` of a
/// folder, a bucket of its own in a store).
///
/// Not trusted: whoever holds the vault holds ciphertext; that a segment is the right one is checked
/// against the ledger.
@NullMarked
package org.sigillo.vault;

import org.jspecify.annotations.NullMarked;
