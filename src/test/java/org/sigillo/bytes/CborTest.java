package org.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborTest {
    /// RFC 8949, appendix A.
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "10, 0a",
        "23, 17",
        "24, 1818",
        "25, 1819",
        "100, 1864",
        "1000, 1903e8",
        "1000000, 1a000f4240",
        "1000000000000, 1b000000e8d4a51000",
        "-1, 20",
        "-10, 29",
        "-100, 3863",
        "-1000, 3903e7"
    })
    void numbers_of_the_rfc(long number, String hex) {
        assertThat(Hex.of(Cbor.encode(Cbor.of(number)))).isEqualTo(hex);
        assertThat(parse(hex)).isEqualTo(Cbor.of(number));
    }

    @Test
    void strings_arrays_maps_and_tags_of_the_rfc() {
        assertThat(parse("f6")).isEqualTo(new Cbor.Null());
        assertThat(parse("40")).isEqualTo(Cbor.of(new byte[0]));
        assertThat(parse("4401020304")).isEqualTo(Cbor.of(new byte[] {1, 2, 3, 4}));
        assertThat(parse("6449455446")).isEqualTo(Cbor.of("IETF"));
        assertThat(parse("62c3bc")).isEqualTo(Cbor.of("ü"));
        assertThat(parse("8301820203820405"))
                .isEqualTo(
                        Cbor.array(
                                Cbor.of(1),
                                Cbor.array(Cbor.of(2), Cbor.of(3)),
                                Cbor.array(Cbor.of(4), Cbor.of(5))));
        assertThat(parse("a201020304"))
                .isEqualTo(Cbor.object().with(1, Cbor.of(2)).with(3, Cbor.of(4)));
        assertThat(parse("826161a161626163"))
                .isEqualTo(
                        Cbor.array(Cbor.of("a"), Cbor.object().with(Cbor.of("b"), Cbor.of("c"))));
        assertThat(parse("d2820a20"))
                .isEqualTo(new Cbor.Tagged(18, Cbor.array(Cbor.of(10), Cbor.of(-1))));
    }

    @Test
    void labels_keep_their_kind_and_their_order() {
        String hex = "a43a000100000119018b02203863" + "6161" + "03";
        assertThat(parse(hex))
                .isEqualTo(
                        Cbor.object()
                                .with(-65537, Cbor.of(1))
                                .with(395, Cbor.of(2))
                                .with(-1, Cbor.of(-100))
                                .with(Cbor.of("a"), Cbor.of(3)));
    }

    @Test
    void long_strings_have_definite_lengths() {
        for (int length : new int[] {23, 24, 255, 256, 4000, 65_535, 65_536, 100_000}) {
            Cbor bytes = Cbor.of(new byte[length]);
            assertThat(Cbor.parse(Cbor.encode(bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "", // nothing
                "1800", // a number that is not the shortest
                "190018",
                "5801ff", // a length that is not the shortest
                "5f42010243030405ff", // indefinite lengths
                "7f657374726561646d696e67ff",
                "9fff",
                "bfff",
                "a201020103", // a name twice
                "a1613102", // text that looks like a number as a name
                "a1410102", // bytes as a name
                "0000", // more than one value
                "8201", // too short
                "44010203",
                "f5", // true
                "f93c00", // a fraction
                "f7", // undefined
                "1bffffffffffffffff", // more than 63 bits
                "c249010000000000000000", // a big number
                "ff",
                "61ff", // not UTF-8
                "d9d9f7" // a tag and nothing
            })
    void what_would_not_be_written_is_not_read(String hex) {
        assertThatThrownBy(() -> parse(hex)).isInstanceOf(MalformedException.class);
    }

    @Test
    void deep_nesting_is_refused_and_not_followed() {
        byte[] deep = new byte[100_000];
        java.util.Arrays.fill(deep, (byte) 0x81);
        assertThatThrownBy(() -> Cbor.parse(deep)).isInstanceOf(MalformedException.class);
    }

    private static Cbor parse(String hex) {
        return Cbor.parse(HexFormat.of().parseHex(hex));
    }
}
