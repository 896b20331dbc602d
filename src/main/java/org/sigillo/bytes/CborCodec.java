package org.sigillo.bytes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// [Cbor] on Jackson's stream reader and writer.
final class CborCodec {
    private static final CBORFactory FACTORY =
            CBORFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private CborCodec() {}

    static byte[] encode(Cbor value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CBORGenerator out = FACTORY.createGenerator(bytes)) {
            write(out, value);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static Cbor parse(byte[] bytes) {
        try (CBORParser in = FACTORY.createParser(bytes)) {
            in.nextToken();
            Cbor value = read(in);
            if (in.nextToken() != null) {
                throw new MalformedException("bytes after the CBOR value");
            }
            return value;
        } catch (IOException e) {
            throw new MalformedException("not well-formed CBOR", e);
        }
    }

    private static void write(CBORGenerator out, Cbor value) throws IOException {
        switch (value) {
            case Cbor.Int(long number) -> out.writeNumber(number);
            case Cbor.Text(String text) -> out.writeString(text);
            case Cbor.Bytes bytes -> out.writeBinary(bytes.value());
            case Cbor.Null() -> out.writeNull();
            case Cbor.Tagged(int tag, Cbor inner) -> {
                out.writeTag(tag);
                write(out, inner);
            }
            case Cbor.Arr(List<Cbor> values) -> {
                out.writeStartArray(null, values.size());
                for (Cbor element : values) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case Cbor.Obj(Map<Cbor, Cbor> members) -> {
                out.writeStartObject(null, members.size());
                for (Map.Entry<Cbor, Cbor> member : members.entrySet()) {
                    switch (member.getKey()) {
                        case Cbor.Int(long name) -> out.writeFieldId(name);
                        case Cbor.Text(String name) -> out.writeFieldName(name);
                        case Cbor.Bytes b -> throw name(b);
                        case Cbor.Arr a -> throw name(a);
                        case Cbor.Obj o -> throw name(o);
                        case Cbor.Null n -> throw name(n);
                        case Cbor.Tagged t -> throw name(t);
                    }
                    write(out, member.getValue());
                }
                out.writeEndObject();
            }
        }
    }

    private static MalformedException name(Cbor found) {
        return new MalformedException("a name is a number or text, not " + found);
    }

    private static Cbor read(CBORParser in) throws IOException {
        int tag = in.getCurrentTag();
        Cbor value = untagged(in);
        return tag < 0 ? value : new Cbor.Tagged(tag, value);
    }

    private static Cbor untagged(CBORParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            throw new MalformedException("CBOR ends too early");
        }
        return switch (token) {
            case VALUE_NUMBER_INT -> {
                if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new MalformedException("a number lies within 64 bits");
                }
                yield new Cbor.Int(in.getLongValue());
            }
            case VALUE_STRING -> new Cbor.Text(in.getText());
            case VALUE_EMBEDDED_OBJECT -> Cbor.of(in.getBinaryValue());
            case VALUE_NULL -> new Cbor.Null();
            case START_ARRAY -> {
                List<Cbor> values = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    values.add(read(in));
                }
                yield new Cbor.Arr(values);
            }
            case START_OBJECT -> {
                Map<Cbor, Cbor> members = new LinkedHashMap<>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    Cbor name = label(String.valueOf(in.currentName()));
                    in.nextToken();
                    members.put(name, read(in));
                }
                yield new Cbor.Obj(members);
            }
            case VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_FLOAT ->
                    throw new MalformedException("only whole numbers, strings and null");
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE ->
                    throw new MalformedException("not well-formed CBOR");
        };
    }

    /// The reader gives numbers as text; text that looks like a number is found by the comparison
    /// with what would have been written.
    private static Cbor label(String name) {
        return name.matches("-?(0|[1-9][0-9]{0,17})")
                ? new Cbor.Int(Long.parseLong(name))
                : new Cbor.Text(name);
    }
}
