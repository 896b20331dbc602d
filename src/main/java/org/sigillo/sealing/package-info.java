/// Sealing and opening: age files, the keys they are sealed to, and the small sealed things around
/// them.
///
/// Open [Age] first, then [SegmentSealer]. Everything stored is an age v1 file with
/// `mlkem768x25519` recipients (a person's [KeyFile]: `scrypt`); [SealedCookie] alone is something
/// else, and is never stored by us. Stored layout: `docs/spec/envelope.md`; algorithms:
/// `docs/spec/primitives.md`.
///
/// Invariants: a file becomes complete only by an explicit `finish()`, never by `close()`; nothing
/// is handed out before it is authenticated; what fails is a [SealBrokenException] that never
/// repeats content; memory is constant however long the content.
///
/// Trusted: a mistake here opens evidence to others or closes it for good.
@NullMarked
package org.sigillo.sealing;

import org.jspecify.annotations.NullMarked;
