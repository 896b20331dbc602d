/// C2SP signed notes, checkpoints, cosignatures, witness policies and tlog-proofs, what a witness
/// decides, the Ed25519 and ML-DSA-44 under them, and time stamps of checkpoints.
///
/// Open [SignedNote] first, then [Checkpoint] and [Witness]. Signature types 0x01, 0x04 and 0x06 are
/// known; a line of another type is passed over, as the specification asks. The log's keys and the
/// witnesses' are two lists, and no key stands in both. Nothing here listens, asks or stores. Trusted:
/// this room decides whose signature counts.
@NullMarked
package org.sigillo.note;

import org.jspecify.annotations.NullMarked;
