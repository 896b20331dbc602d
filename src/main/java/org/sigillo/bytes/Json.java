package org.sigillo.bytes;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A JSON value as the ledger knows it: objects, arrays, text, whole numbers within ±(2^53−1),
/// booleans. No null, no fractions: whatever two parsers could read differently is left out.
///
/// Written by [CanonicalJson] (RFC 8785).
public sealed interface Json {
    /// The largest whole number that every JSON reader keeps exact (RFC 7493 §2.2).
    long MAX_INTEGER = (1L << 53) - 1;

    /// An object; its members are kept in the order of their names.
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Members.of(members);
        }

        /// This object with one more member, or with that member replaced.
        public Obj with(String name, Json value) {
            return new Obj(Members.of(members).with(name, value));
        }

        public Obj with(String name, String value) {
            return with(name, new Text(value));
        }

        public Obj with(String name, long value) {
            return with(name, new Num(value));
        }

        public Obj with(String name, Sha256 value) {
            return with(name, new Text(value.hex()));
        }

        /// This object without the named member.
        public Obj without(String name) {
            Map<String, Json> copy = new TreeMap<>(members);
            copy.remove(name);
            return new Obj(copy);
        }

        public boolean has(String name) {
            return members.containsKey(name);
        }

        /// The named member.
        ///
        /// @throws MalformedException if there is none
        public Json get(String name) {
            Json value = members.get(name);
            if (value == null) {
                throw new MalformedException("member \"" + name + "\" is missing");
            }
            return value;
        }

        public String text(String name) {
            if (get(name) instanceof Text(String value)) {
                return value;
            }
            throw new MalformedException("member \"" + name + "\" must be text");
        }

        public long number(String name) {
            if (get(name) instanceof Num(long value)) {
                return value;
            }
            throw new MalformedException("member \"" + name + "\" must be a whole number");
        }

        public Sha256 digest(String name) {
            return Sha256.parse(text(name));
        }

        public Obj object(String name) {
            if (get(name) instanceof Obj value) {
                return value;
            }
            throw new MalformedException("member \"" + name + "\" must be an object");
        }

        public List<Json> array(String name) {
            if (get(name) instanceof Arr(List<Json> values)) {
                return values;
            }
            throw new MalformedException("member \"" + name + "\" must be an array");
        }

        /// Refuses members that the format does not name.
        public Obj only(String... names) {
            List<String> known = List.of(names);
            for (String name : members.keySet()) {
                if (!known.contains(name)) {
                    throw new MalformedException("member \"" + name + "\" is not known here");
                }
            }
            return this;
        }
    }

    /// An array.
    record Arr(List<Json> values) implements Json {
        public Arr {
            values = List.copyOf(values);
        }
    }

    /// Text without lone surrogates.
    record Text(String value) implements Json {
        public Text {
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1))) {
                    i++;
                } else if (Character.isSurrogate(c)) {
                    throw new MalformedException("text holds a lone surrogate");
                }
            }
        }
    }

    /// A whole number.
    record Num(long value) implements Json {
        public Num {
            if (value > MAX_INTEGER || value < -MAX_INTEGER) {
                throw new MalformedException("a number must lie within 2^53 - 1");
            }
        }
    }

    /// True or false.
    record Bool(boolean value) implements Json {}

    /// An empty object, to be filled by [Obj#with].
    static Obj object() {
        return new Obj(Map.of());
    }

    static Arr array(List<? extends Json> values) {
        return new Arr(List.copyOf(values));
    }

    static Arr texts(List<String> values) {
        return new Arr(values.stream().<Json>map(Text::new).toList());
    }

    static Text text(String value) {
        return new Text(value);
    }
}
