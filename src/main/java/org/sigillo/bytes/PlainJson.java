package org.sigillo.bytes;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes values in which no text needs an escape and all is ASCII, as nearly everything in a ledger is:
/// the one spelling of those (RFC 8785), in less time.
final class PlainJson {
    private byte[] out = new byte[512];
    private int length;

    private PlainJson() {}

    /// Nothing where a text holds other letters.
    static Optional<byte[]> encode(Json value) {
        PlainJson writer = new PlainJson();
        return writer.write(value)
                ? Optional.of(Arrays.copyOf(writer.out, writer.length))
                : Optional.empty();
    }

    private boolean write(Json value) {
        return switch (value) {
            case Json.Obj(Map<String, Json> members) -> object(members);
            case Json.Arr(List<Json> values) -> array(values);
            case Json.Text(String text) -> quoted(text);
            case Json.Num(long number) -> bare(Long.toString(number));
            case Json.Bool(boolean flag) -> bare(Boolean.toString(flag));
        };
    }

    private boolean object(Map<String, Json> members) {
        letter('{');
        boolean first = true;
        for (Map.Entry<String, Json> member : members.entrySet()) {
            if (!first) {
                letter(',');
            }
            first = false;
            if (!quoted(member.getKey())) {
                return false;
            }
            letter(':');
            if (!write(member.getValue())) {
                return false;
            }
        }
        letter('}');
        return true;
    }

    private boolean array(List<Json> values) {
        letter('[');
        boolean first = true;
        for (Json element : values) {
            if (!first) {
                letter(',');
            }
            first = false;
            if (!write(element)) {
                return false;
            }
        }
        letter(']');
        return true;
    }

    private boolean quoted(String text) {
        letter('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        bare(text);
        letter('"');
        return true;
    }

    private boolean bare(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            out[length++] = (byte) ascii.charAt(i);
        }
        return true;
    }

    private void letter(char c) {
        room(1);
        out[length++] = (byte) c;
    }

    private void room(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }
}
