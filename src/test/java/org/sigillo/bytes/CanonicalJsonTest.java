package org.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8785, and the narrower JSON that the ledger allows.
class CanonicalJsonTest {
    @Test
    void members_stand_in_the_order_of_their_utf_16_code_units() {
        // RFC 8785 §3.2.3: the emoji's surrogate comes before the Hebrew presentation form.
        Json.Obj object =
                Json.object()
                        .with("\uFB33", 1)
                        .with("\uD83D\uDE00", 2)
                        .with("\u20AC", 3)
                        .with("\r", 4)
                        .with("1", 5)
                        .with("\u0080", 6)
                        .with("\u00F6", 7);
        assertThat(text(object))
                .isEqualTo(
                        "{\"\\r\":4,\"1\":5,\"\u0080\":6,\"\u00F6\":7,\"\u20AC\":3,"
                                + "\"\uD83D\uDE00\":2,\"\uFB33\":1}");
    }

    @Test
    void strings_are_escaped_as_little_as_the_rfc_says() {
        assertThat(text(Json.object().with("s", "\b\t\n\f\r\"\\/\u0000\u001f\u007f\u2028é")))
                .isEqualTo("{\"s\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\u007f\u2028é\"}");
    }

    @Test
    void numbers_reach_to_two_to_the_53_and_no_further() {
        long most = (1L << 53) - 1;
        String borders = "{\"a\":" + most + ",\"b\":-" + most + "}";
        assertThat(text(parse(borders))).isEqualTo(borders);
        refused("{\"a\":9007199254740992}");
        refused("{\"a\":-9007199254740992}");
        refused("{\"a\":123456789012345678901234567890}");
        assertThatThrownBy(() -> Json.object().with("a", most + 1))
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " {}",
                "{} ",
                "{}\n",
                "{}{}",
                "{\"a\":1,}",
                "{\"a\": 1}",
                "{\"b\":1,\"a\":2}",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1.0}",
                "{\"a\":1e2}",
                "{\"a\":-0}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":null}",
                "{\"a\":NaN}",
                "{\"a\":'x'}",
                "{a:1}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\\/\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{\"a\":\"tab\there\"}",
                "{\"a\":1",
                "{\"a\"",
                "[]",
                "1",
                "\"a\"",
                "\uFEFF{}",
                "/* no */{}"
            })
    void any_other_spelling_is_refused(String text) {
        refused(text);
    }

    @Test
    void members_that_are_null_are_left_out_of_an_answer_and_nowhere_else() {
        byte[] answer = "{\"a\": null, \"b\": {\"c\": null, \"d\": 1}}".getBytes();
        assertThat(CanonicalJson.parseAnswer(answer))
                .isEqualTo(Json.object().with("b", Json.object().with("d", 1)));
        assertThatThrownBy(() -> CanonicalJson.parseLenient(answer))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> CanonicalJson.parseAnswer("{\"a\":[null]}".getBytes()))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        for (byte[] bytes :
                List.of(
                        new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
                        new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                        new byte[] {
                            '{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'
                        })) {
            assertThatThrownBy(() -> CanonicalJson.parseObject(bytes))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void nesting_is_bounded() {
        refused("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}");
        refused("{\"a\":" + "[".repeat(100_000));
    }

    @Test
    void the_refusal_never_quotes_what_was_read() {
        assertThatThrownBy(() -> parse("{\"secret-name\":nope}"))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("secret"))
                .hasNoCause();
    }

    @Test
    void what_was_written_is_read_and_written_again_as_the_same_bytes() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("CanonicalJsonTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Json.Obj object = Json.object().with("v", value(random, 0));
            byte[] bytes = CanonicalJson.encode(object);
            assertThat(CanonicalJson.encode(CanonicalJson.parseObject(bytes))).isEqualTo(bytes);
            assertThat(CanonicalJson.parseLenient(bytes)).isEqualTo(object);
            // What somebody else makes of it.
            assertThat(new JsonCanonicalizer(bytes).getEncodedUTF8()).isEqualTo(bytes);
        }
    }

    @Test
    void members_are_the_same_in_whatever_order_they_came() {
        long seed = new Random().nextLong();
        System.out.println("CanonicalJsonTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Json.Obj object = Json.object();
            Map<String, Json> expected = new TreeMap<>();
            for (int many = random.nextInt(12); many > 0; many--) {
                String name = string(random);
                Json value = value(random, 4);
                object = object.with(name, value);
                expected.put(name, value);
            }
            assertThat(object).isEqualTo(new Json.Obj(expected));
            assertThat(List.copyOf(object.members().entrySet()))
                    .isEqualTo(List.copyOf(expected.entrySet()));
            for (String name : expected.keySet()) {
                assertThat(object.get(name)).isEqualTo(expected.get(name));
                assertThat(object.without(name).has(name)).isFalse();
            }
            assertThat(object.has("no such member")).isFalse();
        }
    }

    @Test
    void a_person_may_write_with_spaces_where_nothing_is_hashed() {
        byte[] typed = " { \"b\" : 1 , \"a\" : \"\\u0041\" } ".getBytes(StandardCharsets.UTF_8);
        assertThat(text(CanonicalJson.parseLenient(typed))).isEqualTo("{\"a\":\"A\",\"b\":1}");
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 3 : 5)) {
            case 0 -> new Json.Num(random.nextLong() >> 11);
            case 1 -> new Json.Bool(random.nextBoolean());
            case 2 -> Json.text(string(random));
            case 3 -> {
                List<Json> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(random, depth + 1));
                }
                yield Json.array(values);
            }
            default -> {
                Json.Obj object = Json.object();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object = object.with(string(random), value(random, depth + 1));
                }
                yield object;
            }
        };
    }

    private static String string(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
            if (c < 0xd800 || c > 0xdfff) {
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    private static Json.Obj parse(String text) {
        return CanonicalJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Json.Obj object) {
        return new String(CanonicalJson.encode(object), StandardCharsets.UTF_8);
    }

    private static void refused(String text) {
        assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(MalformedException.class);
    }
}
