package org.sigillo.stack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Something that must be kept nowhere, and every shape in which it could be.
public record Mark(String name, List<Shape> shapes) {
    /// Shorter ones would be met by chance.
    private static final int SHORTEST = 6;

    private static final HexFormat HEX = HexFormat.of();

    public Mark {
        shapes = List.copyOf(shapes);
    }

    /// @param alone whether it counts only where no digit stands before or after it
    record Shape(String mark, String form, byte[] bytes, boolean alone) {
        @Override
        public String toString() {
            return mark + " as " + form;
        }
    }

    public static Mark text(String text) {
        return text(text, text);
    }

    public static Mark text(String name, String text) {
        Shapes shapes = new Shapes(name);
        shapes.add("text", text);
        shapes.add("lower case", text.toLowerCase(Locale.ROOT));
        shapes.add("upper case", text.toUpperCase(Locale.ROOT));
        shapes.add("UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE));
        shapes.add("UTF-16BE", text.getBytes(StandardCharsets.UTF_16BE));
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        String percent = form.replace("+", "%20");
        StringBuilder all = new StringBuilder();
        for (byte it : text.getBytes(StandardCharsets.UTF_8)) {
            all.append('%').append(HEX.withUpperCase().toHexDigits(it));
        }
        shapes.add("form field", form);
        shapes.add("percent-encoded", percent);
        shapes.add("percent-encoded in lower case", percent.toLowerCase(Locale.ROOT));
        shapes.add("percent-encoded throughout", all.toString());
        shapes.add("percent-encoded throughout in lower case", all.toString().toLowerCase());
        shapes.octets(text.getBytes(StandardCharsets.UTF_8));
        return new Mark(name, shapes.all);
    }

    public static Mark bytes(String name, byte[] bytes) {
        Shapes shapes = new Shapes(name);
        shapes.add("bytes", bytes);
        shapes.octets(bytes);
        return new Mark(name, shapes.all);
    }

    /// A size or the like, of seven digits or more. As a binary number it is looked for if it takes four bytes: with fewer, zeros
    /// beside three bytes are met by chance.
    public static Mark number(String name, long number) {
        Shapes shapes = new Shapes(name);
        String grouped = String.format(Locale.ROOT, "%,d", number);
        shapes.alone("digits", Long.toString(number));
        for (String separator : List.of(",", ".", " ", "'", "\u00a0", "\u202f", "\u2019")) {
            shapes.alone("digits in groups by " + separator, grouped.replace(",", separator));
        }
        if (number >= 1 << 24) {
            byte[] eight = new byte[8];
            byte[] turned = new byte[8];
            for (int i = 0; i < 8; i++) {
                eight[7 - i] = (byte) (number >>> 8 * i);
                turned[i] = eight[7 - i];
            }
            shapes.add("big-endian", eight);
            shapes.add("little-endian", turned);
        }
        return new Mark(name, shapes.all);
    }

    private static final class Shapes {
        private final String name;
        private final List<Shape> all = new ArrayList<>();

        private Shapes(String name) {
            this.name = name;
        }

        private void add(String form, String text) {
            add(form, text.getBytes(StandardCharsets.UTF_8));
        }

        private void add(String form, byte[] bytes) {
            add(new Shape(name, form, bytes, false));
        }

        private void alone(String form, String text) {
            add(new Shape(name, form, text.getBytes(StandardCharsets.UTF_8), true));
        }

        private void add(Shape shape) {
            if (shape.bytes().length < SHORTEST) {
                throw new IllegalArgumentException(shape + " is met by chance");
            }
            if (all.stream().noneMatch(it -> Arrays.equals(it.bytes(), shape.bytes()))) {
                all.add(shape);
            }
        }

        private void octets(byte[] bytes) {
            add("hex", HEX.formatHex(bytes));
            add("hex in upper case", HEX.withUpperCase().formatHex(bytes));
            base64("base64", Base64.getEncoder(), bytes);
            base64("base64url", Base64.getUrlEncoder(), bytes);
        }

        /// The digits that hold nothing but the mark, wherever it may begin.
        private void base64(String form, Base64.Encoder encoder, byte[] bytes) {
            for (int shift = 0; shift < 3; shift++) {
                byte[] shifted = new byte[bytes.length + shift];
                System.arraycopy(bytes, 0, shifted, shift, bytes.length);
                String text = encoder.withoutPadding().encodeToString(shifted);
                int from = Math.ceilDiv(8 * shift, 6);
                add(form + " from " + shift, text.substring(from, 8 * shifted.length / 6));
            }
        }
    }
}
