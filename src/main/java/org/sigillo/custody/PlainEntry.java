package org.sigillo.custody;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;

/// Knows an entry of a kind that carries no statement and changes nobody's rights by its letters alone:
/// most of a ledger is fillers and exhibits.
///
/// Takes only the one spelling that [Entry#parse] takes for the same entry, in less time. Anything else,
/// good or bad, is for [Entry#parse] to say.
final class PlainEntry {
    private static final int ID = 2 * Id.LENGTH;
    private static final int DIGEST = 2 * Sha256.LENGTH;
    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private final byte[] in;
    private int at;

    private PlainEntry(byte[] in) {
        this.in = in;
    }

    /// The leaf hash that the entry names as the one before.
    ///
    /// @return nothing if these are not plainly the bytes of entry `n`
    static Optional<Sha256> prev(long n, byte[] bytes) {
        if (bytes.length > Entry.MAX_BYTES || n <= 0) {
            return Optional.empty();
        }
        return new PlainEntry(bytes).prev(n);
    }

    private Optional<Sha256> prev(long n) {
        boolean event = is("{\"event\":{") && actor() && time() && fact();
        if (!event || !is("},\"n\":") || !is(Long.toString(n))) {
            return Optional.empty();
        }
        if (!is(",\"nonce\":\"") || !hex(2 * Entry.NONCE) || !is("\",\"prev\":\"")) {
            return Optional.empty();
        }
        int prev = at;
        return hex(DIGEST) && is("\",\"v\":1}") && at == in.length
                ? Optional.of(digest(prev))
                : Optional.empty();
    }

    private boolean actor() {
        return is("\"actor\":\"") && (is("server") || is("source") || hex(ID)) && is("\",");
    }

    private boolean time() {
        if (!is("\"at\":\"")) {
            return false;
        }
        int from = at;
        while (at < in.length && in[at] != '"') {
            at++;
        }
        String text = text(from);
        return (Times.isPlainDay(text) || Times.plain(text).isPresent()) && is("\",\"body\":{");
    }

    /// Body, case and type.
    private boolean fact() {
        if (is("\"content\":\"")) {
            return hex(DIGEST)
                    && is("\",\"exhibit\":\"")
                    && hex(DIGEST)
                    && is("\",\"generation\":")
                    && number()
                    && is(",\"label\":\"")
                    && hex(DIGEST)
                    && is("\",\"root\":\"")
                    && hex(DIGEST)
                    && is("\",\"segments\":")
                    && number()
                    && is(",\"size\":")
                    && number()
                    && is("}")
                    && ofCase("exhibit.sealed");
        }
        if (is("\"exhibit\":\"")) {
            return hex(DIGEST) && is("\"}") && ofCase("exhibit.fetched");
        }
        if (is("\"recipient\":\"")) {
            return hex(DIGEST)
                    && is("\",\"source\":\"")
                    && hex(DIGEST)
                    && is("\"}")
                    && ofCase("case.opened");
        }
        return is("}") && (is(",\"type\":\"intake.filler\"") || ofCase("case.exported"));
    }

    private boolean ofCase(String type) {
        return is(",\"case\":\"") && hex(DIGEST) && is("\",\"type\":\"") && is(type) && is("\"");
    }

    /// These letters, and moves behind them; stays if they are others.
    private boolean is(String letters) {
        int length = letters.length();
        if (length > in.length - at) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in[at + i] != letters.charAt(i)) {
                return false;
            }
        }
        at += length;
        return true;
    }

    /// So many digits, a multiple of eight.
    private boolean hex(int digits) {
        if (digits > in.length - at) {
            return false;
        }
        long all = HIGH;
        for (int i = at; i < at + digits; i += Long.BYTES) {
            all &= hexDigits((long) EIGHT.get(in, i));
        }
        at += digits;
        return all == HIGH;
    }

    /// Looks at eight letters at once: the high bit of each is set if it is one of 0 to 9 or a to f. No sum
    /// carries into the next letter, as long as all are ASCII.
    private static long hexDigits(long letters) {
        long ascii = ~letters & HIGH;
        long low = letters & ~HIGH;
        long from0 = (low | HIGH) - '0' * EACH;
        long above9 = low + (0x7f - '9') * EACH;
        long fromA = (low | HIGH) - 'a' * EACH;
        long aboveF = low + (0x7f - 'f') * EACH;
        return ascii & (from0 & ~above9 | fromA & ~aboveF) & HIGH;
    }

    /// Whole, not negative, as short as it can be, and one that every JSON reader keeps.
    private boolean number() {
        int from = at;
        long number = 0;
        while (at < in.length && in[at] >= '0' && in[at] <= '9' && number <= Json.MAX_INTEGER) {
            number = 10 * number + in[at++] - '0';
        }
        boolean zeros = at > from + 1 && in[from] == '0';
        return at > from && !zeros && number <= Json.MAX_INTEGER;
    }

    private String text(int from) {
        return new String(in, from, at - from, StandardCharsets.ISO_8859_1);
    }

    private Sha256 digest(int from) {
        byte[] digest = new byte[Sha256.LENGTH];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) (half(from + 2 * i) << 4 | half(from + 2 * i + 1));
        }
        return Sha256.copyOf(digest);
    }

    private int half(int place) {
        return Character.digit(in[place], 16);
    }
}
