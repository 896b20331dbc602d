/// The newsroom's people: their keys, roles and accounts, as the ledger's statements give them.
///
/// Open [People] first. Invariants: a role counts only where the identity provider and the ledger
/// both give it; a recipient is handed out only after it was compared with its hash in the ledger.
/// Stored layout: table `person`, a cache.
///
/// Not trusted: rows here are compared with entries; what a desk seals to, it checks itself.
@NullMarked
package org.sigillo.people;

import org.jspecify.annotations.NullMarked;
