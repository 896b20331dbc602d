package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.MalformedException;

class FromTest {
    @Test
    void a_part_begins_where_it_is_said_or_with_the_first() {
        assertThat(From.exhibit(null)).isEqualTo(1);
        assertThat(From.exhibit("1")).isEqualTo(1);
        assertThat(From.exhibit("4801")).isEqualTo(4801);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "01", " 1", "1.0", "x", "１", "1000000"})
    void anything_else_is_malformed(String from) {
        assertThatThrownBy(() -> From.exhibit(from))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("\"from\"");
    }
}
