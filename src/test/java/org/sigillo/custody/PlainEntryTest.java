package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// What is taken by its letters alone is what the full reader takes for the same entry.
class PlainEntryTest {
    private static final byte[] NONCE = Sha256.of(new byte[] {1}).bytes();
    private static final Sha256 PREV = Sha256.of(new byte[] {2});
    private static final Id ID = Id.copyOf(Arrays.copyOf(NONCE, Id.LENGTH));
    private static final Sha256 TAG = Entry.caseTag(NONCE, ID);

    private static final String LETTERS =
            "019abfgzAFSTZ\"\\{}[]:,.-+/ \t\n\u0000\u007f\u0080\u00b0\u00ff";

    private static final List<CustodyEvent> PLAIN =
            List.of(
                    new CustodyEvent.IntakeFiller(),
                    new CaseEvent.Exported(),
                    new CaseEvent.Opened(PREV, TAG),
                    new CaseEvent.ExhibitFetched(TAG),
                    new CaseEvent.ExhibitSealed(TAG, 0, PREV, TAG, 65536, 1, PREV),
                    new CaseEvent.ExhibitSealed(
                            TAG, Json.MAX_INTEGER, PREV, TAG, Json.MAX_INTEGER, 10, PREV));

    private static byte[] entry(long n, CustodyEvent fact, String at, String actor) {
        return Entry.of(
                        n,
                        PREV,
                        NONCE,
                        new Entry.Event(
                                at,
                                fact instanceof CaseEvent ? Optional.of(TAG) : Optional.empty(),
                                Optional.of(actor),
                                fact))
                .bytes();
    }

    @Test
    void entries_without_statement_and_rights_are_taken() {
        for (CustodyEvent fact : PLAIN) {
            for (String at : List.of("2026-11-24", "2026-11-24T10:00:00Z")) {
                for (String actor : List.of("source", "server", ID.hex())) {
                    for (long n : new long[] {1, 9, 10, 1_234_567, Json.MAX_INTEGER}) {
                        assertThat(PlainEntry.prev(n, entry(n, fact, at, actor)))
                                .as("%s %s %s %d", fact.type(), at, actor, n)
                                .contains(PREV);
                    }
                }
            }
        }
    }

    @Test
    void the_genesis_another_index_and_what_changes_rights_are_not() {
        byte[] filler = entry(7, PLAIN.getFirst(), "2026-11-24", "server");
        for (long n : new long[] {-1, 0, 6, 8, 70, 77}) {
            assertThat(PlainEntry.prev(n, filler)).isEmpty();
        }
        Newsroom newsroom = new Newsroom();
        assertThat(PlainEntry.prev(0, newsroom.genesis.entry().bytes())).isEmpty();
        for (CustodyEvent fact :
                List.of(
                        newsroom.enrol(Actor.of(50)).fact(),
                        new CustodyEvent.LogChecked(1, PREV),
                        new CaseEvent.GrantGiven(ID, 0, PREV, Optional.empty()),
                        new ReleaseEvent.Approved(ID, 1, PREV))) {
            assertThat(PlainEntry.prev(3, entry(3, fact, "2026-11-24T10:00:00Z", ID.hex())))
                    .as(fact.type())
                    .isEmpty();
        }
    }

    @Test
    void any_change_that_is_still_taken_is_an_entry_to_the_full_reader_too() {
        Random random = new Random(11);
        int taken = 0;
        for (CustodyEvent fact : PLAIN) {
            byte[] good = entry(1000, fact, "2026-11-24T10:00:00Z", ID.hex());
            for (int at = 0; at < good.length; at++) {
                for (char letter : LETTERS.toCharArray()) {
                    byte[] changed = good.clone();
                    changed[at] = (byte) letter;
                    taken += agrees(changed);
                }
                agrees(Arrays.copyOf(good, at));
                agrees(spliced(good, at, at + 1, ""));
                for (String added : List.of(" ", "0", "a", "\"", "\\", "}", ",", "\n", "é", "-")) {
                    agrees(spliced(good, at, at, added));
                }
            }
            for (int i = 0; i < 20_000; i++) {
                int from = random.nextInt(good.length);
                int to = Math.min(good.length, from + random.nextInt(40));
                int copied = random.nextInt(good.length - 40);
                agrees(
                        spliced(
                                good,
                                from,
                                to,
                                new String(
                                        good,
                                        copied,
                                        random.nextInt(40),
                                        StandardCharsets.US_ASCII)));
            }
        }
        // Other digits are other entries; the rest was refused or left to the full reader.
        assertThat(taken).isGreaterThan(5_000);
    }

    private static int agrees(byte[] bytes) {
        Optional<Sha256> prev = PlainEntry.prev(1000, bytes);
        if (prev.isEmpty()) {
            return 0;
        }
        try {
            Entry entry = Entry.parse(bytes);
            assertThat(entry.n()).isEqualTo(1000);
            assertThat(prev).contains(entry.prev());
            assertThat(PLAIN).anyMatch(it -> it.getClass() == entry.event().fact().getClass());
            return 1;
        } catch (MalformedException e) {
            throw new AssertionError(
                    "taken, but malformed: " + new String(bytes, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static byte[] spliced(byte[] good, int from, int to, String with) {
        byte[] middle = with.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[good.length - (to - from) + middle.length];
        System.arraycopy(good, 0, bytes, 0, from);
        System.arraycopy(middle, 0, bytes, from, middle.length);
        System.arraycopy(good, to, bytes, from + middle.length, good.length - to);
        return bytes;
    }
}
