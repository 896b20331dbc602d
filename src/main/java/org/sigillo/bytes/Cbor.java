package org.sigillo.bytes;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A CBOR value (RFC 8949) as COSE needs it: whole numbers, byte and text strings, arrays, maps, null
/// and tags. No fractions, no indefinite lengths.
///
/// Read strictly: [#parse] refuses what [#encode] would not have written for the same members in the
/// same order, so numbers and lengths are the shortest and no name stands twice. The order of a map is
/// kept as it came, since COSE signs headers in the order of whoever wrote them; writers of ours give
/// them in the order of RFC 8949 §4.2.1.
public sealed interface Cbor {
    record Int(long value) implements Cbor {}

    /// Text without lone surrogates.
    record Text(String value) implements Cbor {
        public Text {
            value = new Json.Text(value).value();
        }
    }

    record Arr(List<Cbor> values) implements Cbor {
        public Arr {
            values = List.copyOf(values);
        }
    }

    /// Names are [Int] or [Text].
    record Obj(Map<Cbor, Cbor> members) implements Cbor {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /// This map with one more member at its end.
        public Obj with(Cbor name, Cbor value) {
            Map<Cbor, Cbor> copy = new LinkedHashMap<>(members);
            copy.put(name, value);
            return new Obj(copy);
        }

        public Obj with(long name, Cbor value) {
            return with(new Int(name), value);
        }

        public Optional<Cbor> find(long name) {
            return Optional.ofNullable(members.get(new Int(name)));
        }
    }

    record Null() implements Cbor {}

    record Tagged(int tag, Cbor value) implements Cbor {}

    /// A byte string.
    final class Bytes implements Cbor {
        private final byte[] value;

        private Bytes(byte[] value) {
            this.value = value;
        }

        public byte[] value() {
            return value.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "h'" + Hex.of(value) + "'";
        }
    }

    static Cbor of(long value) {
        return new Int(value);
    }

    static Cbor of(String value) {
        return new Text(value);
    }

    static Cbor of(byte[] value) {
        return new Bytes(value.clone());
    }

    static Arr array(Cbor... values) {
        return new Arr(List.of(values));
    }

    /// An empty map, to be filled by [Obj#with].
    static Obj object() {
        return new Obj(Map.of());
    }

    /// Shortest numbers, definite lengths, members in the order given.
    static byte[] encode(Cbor value) {
        return CborCodec.encode(value);
    }

    /// Reads exactly one value.
    static Cbor parse(byte[] bytes) {
        Cbor value = CborCodec.parse(bytes);
        if (!Arrays.equals(encode(value), bytes)) {
            throw new MalformedException("not CBOR in its shortest form");
        }
        return value;
    }
}
