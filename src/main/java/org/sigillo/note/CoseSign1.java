package org.sigillo.note;

import org.sigillo.bytes.Cbor;

/// What a COSE_Sign1 object signs (RFC 9052 §4.4, Sig_structure).
///
/// It begins with 0x84, which no UTF-8 text begins with: a signature over it is never one over a note,
/// and the log's one key may make both.
final class CoseSign1 {
    private CoseSign1() {}

    static byte[] toBeSigned(byte[] protectedHeader, byte[] payload) {
        return Cbor.encode(
                Cbor.array(
                        Cbor.of("Signature1"),
                        Cbor.of(protectedHeader),
                        Cbor.of(new byte[0]),
                        Cbor.of(payload)));
    }
}
