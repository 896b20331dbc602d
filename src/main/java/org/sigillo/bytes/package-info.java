/// Bytes and the few forms they take: digests, secrets, hex, base64, canonical JSON, CBOR, keys as text.
///
/// Open [Sha256] first. Nothing here knows what the bytes mean. Trusted: a mistake here breaks
/// every hash and signature above it.
@NullMarked
package org.sigillo.bytes;

import org.jspecify.annotations.NullMarked;
