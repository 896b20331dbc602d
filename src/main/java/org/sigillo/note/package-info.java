/// C2SP signed notes, checkpoints and tlog-proofs, the Ed25519 under them, and time stamps of them.
///
/// Open [SignedNote] first, then [Checkpoint]. Only signature type 0x01 (Ed25519) is known yet; a
/// signature of another type is ignored, as the specification asks. Trusted: this room decides whose
/// signature counts.
@NullMarked
package org.sigillo.note;

import org.jspecify.annotations.NullMarked;
