/// What others say of a checkpoint: witnesses that cosign it (C2SP tlog-witness), authorities that stamp its time (RFC 3161).
///
/// Open [Witnesses], then [StampClient]. Nothing is stored here: what came of asking last is in [Heard], in memory. Nobody who
/// answers is trusted: only what their keys signed is believed, and how long they may take and how much they may say is bounded.
@NullMarked
package org.sigillo.testimony;

import org.jspecify.annotations.NullMarked;
