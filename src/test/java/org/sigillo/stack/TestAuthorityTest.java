package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.note.TimeStamp;

class TestAuthorityTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;

    @Test
    void is_the_same_after_a_restart() throws Exception {
        TestAuthority first = TestAuthority.in(folder, InstantSource.system(), RANDOM);
        TestAuthority again = TestAuthority.in(folder, InstantSource.system(), RANDOM);
        assertThat(again.anchorPem()).isEqualTo(first.anchorPem());
        byte[] stamped = {1, 2, 3};
        TimeStamp.Query query = TimeStamp.query(stamped, RANDOM);
        assertThat(
                        query.answered(
                                        again.answer(query.bytes()),
                                        TimeStamp.Anchors.parse(first.anchorPem()))
                                .reply())
                .isNotEmpty();
    }
}
