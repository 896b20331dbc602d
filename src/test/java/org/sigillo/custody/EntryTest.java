package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// An entry's bytes, however they are made.
class EntryTest {
    private static final byte[] NONCE = Sha256.of(new byte[] {1}).bytes();
    private static final Sha256 PREV = Sha256.of(new byte[] {2});
    private static final Entry.Event EVENT =
            new Entry.Event(
                    "2026-11-24",
                    Optional.of(Sha256.of(new byte[] {3})),
                    Optional.of(Entry.Event.SOURCE),
                    new CaseEvent.Opened(Sha256.of(), PREV));
    private static final byte[] JSON = CanonicalJson.encode(EVENT.json());

    @Test
    void around_an_event_the_bytes_are_those_of_the_canonical_encoding() {
        for (long n : new long[] {1, 9, 10, 999, (1L << 53) - 1}) {
            byte[] bytes = Entry.around(n, PREV, NONCE, JSON);
            assertThat(bytes).isEqualTo(Entry.of(n, PREV, NONCE, EVENT).bytes());
            assertThat(Entry.parse(bytes).event()).isEqualTo(EVENT);
        }
    }

    @Test
    void an_entry_is_around_its_event_whatever_stands_before_it() {
        byte[] bytes = Entry.around(7, PREV, NONCE, JSON);
        assertThat(Entry.isAround(bytes, 7, NONCE, JSON)).isTrue();
        assertThat(Entry.isAround(Entry.around(7, Sha256.of(), NONCE, JSON), 7, NONCE, JSON))
                .isTrue();
        assertThat(Entry.isAround(bytes, 8, NONCE, JSON)).isFalse();
        assertThat(Entry.isAround(bytes, 7, PREV.bytes(), JSON)).isFalse();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            boolean inPrev = i >= bytes.length - 64 - 8 && i < bytes.length - 8;
            assertThat(Entry.isAround(changed, 7, NONCE, JSON)).as("byte %s", i).isEqualTo(inPrev);
        }
    }

    @Test
    void an_event_that_makes_the_entry_too_large_is_refused() {
        assertThatThrownBy(() -> Entry.around(1, PREV, NONCE, new byte[Entry.MAX_BYTES]))
                .isInstanceOf(MalformedException.class);
    }
}
