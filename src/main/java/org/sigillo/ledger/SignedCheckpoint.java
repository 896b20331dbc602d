package org.sigillo.ledger;

import org.sigillo.note.Checkpoint;

/// A published state of the ledger, and the note that signs it, verbatim.
public record SignedCheckpoint(Checkpoint checkpoint, String note) {}
