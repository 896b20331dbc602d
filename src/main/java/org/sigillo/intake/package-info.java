/// The sources' door: pages without script, and the way of an upload from the socket into sealed
/// segments.
///
/// Open [SubmitPage] first. Invariants: nothing that a source sends is written unsealed, an upload is
/// never spooled and has no transaction open; an exhibit is committed as soon as its file is complete;
/// nothing about who asked is kept. Stored layout: `V4__intake.sql`, the keys of the hour; sessions lie
/// with the source's browser alone.
///
/// Trusted while a source without script is served: what is typed and sent passes here in plain, in
/// memory.
@NullMarked
package org.sigillo.intake;

import org.jspecify.annotations.NullMarked;
