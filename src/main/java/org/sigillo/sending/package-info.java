/// A source's journey from a program on the source's own machine (`docs/spec/drop-api.md`): proves the
/// codename, follows the newsroom's people from the genesis, seals each file in cuts and hands them in,
/// and goes on where it was broken off.
///
/// Open [Newsroom] first, then [Visit]. Nothing is kept here: what must be found again lies with the
/// server, and only the codename makes sense of it (`docs/spec/envelope.md` §14). What the server says is
/// believed only where a proof, a statement or a mark holds; all of it is bounded.
///
/// Trusted: it holds codename and content. Whoever reads it for that reads `sealing` and `custody` too.
@NullMarked
package org.sigillo.sending;

import org.jspecify.annotations.NullMarked;
