package org.sigillo.desk;

import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;

/// A statement as a request carries it: the nonce becomes the entry's.
///
/// @param nonce 64 hex digits
record Signed(String nonce, Parts statement) {
    /// @param bytes base64 of the canonical JSON
    /// @param signature base64 of 64 bytes
    record Parts(String bytes, String signature) {}

    Nonce drawn() {
        return Nonce.copyOf(Hex.parse(nonce, 32));
    }

    Statement said() {
        return Statement.parse(
                Json.object()
                        .with("bytes", statement.bytes())
                        .with("signature", statement.signature()));
    }
}
