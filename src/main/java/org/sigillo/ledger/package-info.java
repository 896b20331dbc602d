/// The keeper of entries: queues events in the caller's transaction, numbers and chains them, signs
/// checkpoints on the beat, and gives tiles and proofs.
///
/// Open [Ledger] first, then [Sequencer]. Stored layout: the migrations whose names
/// speak of the ledger, from `V1__ledger.sql` on; a pending row is done when an entry refers to it. Everything is plain JDBC, so that one connection's
/// transaction is all there is to reason about.
///
/// Not trusted: whoever can write these tables and holds the log's key can rewrite them; that it is
/// noticed is the work of those who keep a checkpoint.
@NullMarked
package org.sigillo.ledger;

import org.jspecify.annotations.NullMarked;
