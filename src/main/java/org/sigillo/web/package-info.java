/// The frame around every door: which host is which door, what a browser may do there, who asks,
/// and what an error looks like.
///
/// Open [Door] first, then [Doors]. Invariants: a path answers only on the host of its door; every
/// answer carries its door's headers (`docs/spec/headers.md`); nothing that changes state is done
/// for another site; no answer holds a stack trace. Keeps nothing.
///
/// Trusted to keep the doors apart and browsers in bounds; not trusted with evidence, because it
/// never sees any.
@NullMarked
package org.sigillo.web;

import org.jspecify.annotations.NullMarked;
