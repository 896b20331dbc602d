package org.sigillo.ledger;

import org.sigillo.note.Checkpoint;

/// A published state of the ledger.
///
/// @param signed the note with the log's own signatures, as they were made: what witnesses and stamp
///     authorities are asked about
/// @param note the same with the lines of the witnesses that have cosigned it so far
public record SignedCheckpoint(Checkpoint checkpoint, String signed, String note) {}
