package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartialTest {
    private final InputStream bytes = new ByteArrayInputStream(new byte[9]);

    @Test
    void a_whole_answer_is_the_stream_itself_which_compares_at_its_end() throws Exception {
        try (Response whole = Partial.of(bytes, 9, Optional.empty()).build()) {
            assertThat(whole.getStatus()).isEqualTo(200);
            assertThat(whole.getEntity()).isSameAs(bytes);
        }
    }
}
