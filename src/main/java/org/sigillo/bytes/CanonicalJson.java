package org.sigillo.bytes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.erdtman.jcs.JsonCanonicalizer;

/// Canonical JSON (RFC 8785): one value, one spelling.
///
/// Reading refuses bytes that differ from their own re-encoding, so that a hash over the bytes is a
/// hash over the value.
public final class CanonicalJson {
    private static final int DEPTH = 16;

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                    .build();

    private CanonicalJson() {}

    /// The one spelling of this value, in UTF-8.
    public static byte[] encode(Json value) {
        return PlainJson.encode(value).orElseGet(() -> encodeAny(value));
    }

    private static byte[] encodeAny(Json value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            write(out, value);
        } catch (IOException e) {
            throw new IllegalStateException("a string writer does not fail", e);
        }
        String written = text.toString();
        if (written.indexOf('\\') < 0) {
            // Members are in order, numbers are whole, and what has no escapes has one spelling.
            return written.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return new JsonCanonicalizer(written).getEncodedUTF8();
        } catch (IOException e) {
            throw new MalformedException("not canonicalizable", e);
        }
    }

    /// Reads an object in its canonical spelling and refuses any other.
    public static Json.Obj parseObject(byte[] bytes) {
        Json.Obj value = parseLenient(bytes);
        if (!Arrays.equals(encode(value), bytes)) {
            throw new MalformedException("not canonical JSON (RFC 8785)");
        }
        return value;
    }

    /// Reads an object in any spelling; for files that people write, never for what is hashed.
    public static Json.Obj parseLenient(byte[] bytes) {
        return parse(bytes, false);
    }

    /// The same with members that are null left out, as answers of an API have them.
    public static Json.Obj parseAnswer(byte[] bytes) {
        return parse(bytes, true);
    }

    private static Json.Obj parse(byte[] bytes, boolean nulls) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8", e);
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Json value = read(parser, nulls);
            if (parser.nextToken() != null) {
                throw new MalformedException("bytes follow the JSON value");
            }
            if (value instanceof Json.Obj object) {
                return object;
            }
            throw new MalformedException("expected a JSON object");
        } catch (IOException e) {
            // The cause would quote the input.
            throw new MalformedException("not well-formed JSON");
        }
    }

    private static Json read(JsonParser parser, boolean nulls) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new MalformedException("JSON ends too early");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Json> members = new TreeMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = new Json.Text(parser.currentName()).value();
                    if (parser.nextToken() != JsonToken.VALUE_NULL || !nulls) {
                        members.put(name, read(parser, nulls));
                    }
                }
                yield new Json.Obj(members);
            }
            case START_ARRAY -> {
                List<Json> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(read(parser, nulls));
                }
                yield new Json.Arr(values);
            }
            case VALUE_STRING -> new Json.Text(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NUMBER_FLOAT -> throw new MalformedException("fractions are not allowed");
            case VALUE_NULL -> throw new MalformedException("null is not allowed");
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new MalformedException("not well-formed JSON");
        };
    }

    private static Json integer(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new MalformedException("a number must lie within 2^53 - 1");
        }
        return new Json.Num(parser.getLongValue());
    }

    private static void write(JsonGenerator out, Json value) throws IOException {
        switch (value) {
            case Json.Obj(Map<String, Json> members) -> {
                out.writeStartObject();
                for (Map.Entry<String, Json> member : members.entrySet()) {
                    out.writeFieldName(member.getKey());
                    write(out, member.getValue());
                }
                out.writeEndObject();
            }
            case Json.Arr(List<Json> values) -> {
                out.writeStartArray();
                for (Json element : values) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case Json.Text(String text) -> out.writeString(text);
            case Json.Num(long number) -> out.writeNumber(number);
            case Json.Bool(boolean flag) -> out.writeBoolean(flag);
        }
    }
}
