/// The register of releases: drafts, proposals, votes, and the way of a package to the public.
///
/// Open [Proposals] first, then [Decisions] and [Publisher]. What a release has come to is read from
/// the ledger each time ([Standing]); rows only hold what is sealed, and are compared with their
/// entries before they are handed out. Invariants: nothing of a proposal is plain here before the
/// transaction that enters `release.released`; from then on its package is written, however often
/// it takes. Stored layout: `V5__release.sql` and, in the vault, `proposals/<release>/<n>` sealed and
/// `packages/<release>/…` plain.
///
/// Not trusted: that the rules were kept is checked again by everybody from the package itself
/// (`docs/spec/release.md` §4).
@NullMarked
package org.sigillo.release;

import org.jspecify.annotations.NullMarked;
