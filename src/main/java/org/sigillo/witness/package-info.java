/// A witness beside its command: what it remembers, in one file, and its door over HTTP.
///
/// Open [WitnessServer]. What is cosigned is decided by the note's `Witness`; here it is kept before it is
/// answered, and what others may ask is bounded. Knows no ledger but by checkpoints. Not trusted with
/// anything but its own memory: a witness that forgets can sign a second history.
@NullMarked
package org.sigillo.witness;

import org.jspecify.annotations.NullMarked;
