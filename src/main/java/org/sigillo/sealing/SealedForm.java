package org.sigillo.sealing;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Whether bytes that somebody else sealed have the form of ours (`docs/spec/envelope.md` §3): who has no key can see that
/// much. It keeps what is plain, and what has another's length, out of the vault.
public final class SealedForm {
    /// Bytes of the header of a file to one recipient.
    public static final int HEADER = Age.HEADER;

    private static final int BOX = 4096;

    /// Boxes are no larger than this, sealed: a label names each of some thousand segments.
    private static final int LARGEST_BOX = 256 * 1024;

    private static final Pattern ONE_RECIPIENT =
            Pattern.compile(
                    """
                    age-encryption\\.org/v1
                    -> mlkem768x25519 [A-Za-z0-9+/]{1494}
                    [A-Za-z0-9+/]{43}
                    --- [A-Za-z0-9+/]{43}
                    """);

    private SealedForm() {}

    /// Whether a file begins as one to a single hybrid recipient does.
    ///
    /// @param beginning its first [#HEADER] bytes
    public static boolean isHeader(byte[] beginning) {
        return beginning.length == HEADER
                && ONE_RECIPIENT
                        .matcher(new String(beginning, StandardCharsets.ISO_8859_1))
                        .matches();
    }

    /// Whether this may be a box to one recipient: padded to full steps, and not too large.
    public static boolean isBox(byte[] file) {
        return file.length <= LARGEST_BOX && startsAsOne(file) && hasBoxLength(file.length);
    }

    /// Whether this may be a plaintext of so many bytes, sealed to one recipient.
    public static boolean isOf(byte[] file, int plaintext) {
        return file.length == Age.sealedSize(plaintext) && startsAsOne(file);
    }

    private static boolean startsAsOne(byte[] file) {
        return file.length > HEADER && isHeader(java.util.Arrays.copyOf(file, HEADER));
    }

    private static boolean hasBoxLength(int length) {
        for (int plaintext = BOX; Age.sealedSize(plaintext) <= length; plaintext += BOX) {
            if (Age.sealedSize(plaintext) == length) {
                return true;
            }
        }
        return false;
    }
}
