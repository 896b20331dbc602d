/// What the ledger's entries say and what follows from them: events, statements, entries, who
/// counts, what was released, and the verification of all of it.
///
/// Open [CustodyEvent] first, then [Entry] and [Trust]. Nothing here reads a clock, a database or a
/// network; the command line's `verify` and the server run this same code. Stored layout:
/// `docs/spec/ledger.md` and `docs/spec/statements.md`, version 1.
///
/// Trusted: an auditor who reads `bytes`, `merkle`, `note` and this room has read the verifier.
@NullMarked
package org.sigillo.custody;

import org.jspecify.annotations.NullMarked;
