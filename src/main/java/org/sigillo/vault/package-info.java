/// Where sealed segments and published packages lie, by address.
///
/// Open [Vault] first. Invariants: nothing can be read at an address before it was committed whole;
/// what was committed is never overwritten with other bytes. Stored layout: `segments/<exhibit>/<n>`
/// and `proposals/<release>/<n>` sealed, `packages/<release>/…` plain because published.
///
/// Not trusted: whoever holds the vault holds ciphertext; that a segment is the right one is checked
/// against the ledger.
@NullMarked
package org.sigillo.vault;

import org.jspecify.annotations.NullMarked;
