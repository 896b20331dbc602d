/// The newsroom's door: its program for browsers and the API behind it (`docs/spec/desk-api.md`).
///
/// Open [MeApi] first. Everything sealed passes as ciphertext; this side holds nothing that opens
/// it and signs nothing. Not trusted: a desk checks what it is told against the genesis.
@NullMarked
package org.sigillo.desk;

import org.jspecify.annotations.NullMarked;
