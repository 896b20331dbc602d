package org.sigillo.sealing;

import java.util.Arrays;
import org.sigillo.sealing.SealBrokenException.Reason;

/// Small sealed JSON, its length hidden: labels, stubs, replies, notes.
///
/// Inside the seal zero bytes follow the JSON up to a multiple of 4 KiB. JSON never ends in a zero
/// byte, so the padding needs no length of its own.
public final class SealedBox {
    private static final int STEP = 4096;

    private SealedBox() {}

    /// Whether bytes that somebody else sealed may be a box to one recipient: padded to full steps, and no more of them than JSON of
    /// that length needs.
    ///
    /// @param longest bytes of the JSON
    public static boolean mayBeOne(byte[] box, int longest) {
        int most = Math.ceilDiv(longest, STEP) * STEP;
        for (int plaintext = STEP; plaintext <= most; plaintext += STEP) {
            if (Age.sealedSize(plaintext) == box.length) {
                return Age.isToOne(box, plaintext);
            }
        }
        return false;
    }

    /// Pads canonical JSON and seals it.
    public static byte[] sealPadded(byte[] json, HybridRecipient... recipients) {
        if (json.length == 0 || json[json.length - 1] == 0) {
            throw new IllegalArgumentException("expected JSON, which never ends in a zero byte");
        }
        byte[] padded = Arrays.copyOf(json, Math.ceilDiv(json.length, STEP) * STEP);
        try {
            return Age.seal(padded, recipients);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    /// Opens and takes the padding off.
    ///
    /// @throws SealBrokenException if it does not open, or was not padded
    public static byte[] openPadded(byte[] box, HybridIdentity identity) {
        byte[] padded = Age.open(box, identity);
        int length = padded.length;
        while (length > 0 && padded[length - 1] == 0) {
            length--;
        }
        if (length == 0 || padded.length % STEP != 0) {
            throw new SealBrokenException(Reason.CONTENT);
        }
        return Arrays.copyOf(padded, length);
    }
}
