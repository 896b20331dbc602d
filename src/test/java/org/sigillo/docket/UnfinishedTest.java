package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Settling;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class UnfinishedTest extends OfACase {
    private static final byte[] FIRST = {1, 2, 3};
    private static final byte[] SECOND = {4, 5};
    private static final long POOL = 100;

    private final UnfinishedInMemory begun = new UnfinishedInMemory();
    private final Id exhibit = Id.random(random);
    private Instant now = Instant.parse(Newsroom.AT);
    private Unfinished unfinished;

    @BeforeEach
    void an_exhibit_of_two_segments_is_begun() {
        InstantSource moving = () -> now;
        unfinished = new Unfinished(cases, vault, rows, begun, new Direct(), moving, POOL, 4);
        assertThat(unfinished.begin(opened(), exhibit, size(5))).isTrue();
    }

    private Cases.Opened opened() {
        return cases.byLocator(Sha256.of(), source).orElseThrow();
    }

    private static Unfinished.Begun size(long size) {
        return new Unfinished.Begun(0, size, new byte[] {9});
    }

    private static Unfinished.Segment segment(int number, byte[] bytes) {
        return new Unfinished.Segment(
                number, bytes.length, Sha256.of(bytes), Sha256.of(new byte[] {(byte) number}));
    }

    private boolean put(int number, byte[] bytes) throws IOException {
        return unfinished.put(
                caseId, exhibit, segment(number, bytes), new ByteArrayInputStream(bytes));
    }

    private Unfinished.Finish content(int content) {
        return new Unfinished.Finish(
                Sha256.of(new byte[] {(byte) content}), new byte[] {7}, new byte[] {8});
    }

    private Unfinished.Outcome finish(int content) {
        return unfinished.finish(caseId, exhibit, content(content), size -> 2);
    }

    private OptionalLong stored(int number) throws IOException {
        return vault.size(SealedSegments.address(exhibit, number));
    }

    @Test
    void segments_come_in_any_order_and_make_an_exhibit() throws IOException {
        assertThat(put(1, SECOND)).isTrue();
        assertThat(put(0, FIRST)).isTrue();
        assertThat(unfinished.of(caseId))
                .singleElement()
                .satisfies(it ->
                        assertThat(it.segments())
                                .containsExactly(segment(0, FIRST), segment(1, SECOND)));
        assertThat(finish(1)).isEqualTo(new Unfinished.Outcome.Done(1, false));
        assertThat(unfinished.of(caseId)).isEmpty();
        CheckedCase.Held held =
                CheckedCase.of(ledger, rows, rows.byId(caseId.hex())).exhibits().getFirst();
        assertThat(held.fact().root())
                .isEqualTo(Entry.root(List.of(Sha256.of(FIRST), Sha256.of(SECOND))));
        assertThat(held.fact().segments()).isEqualTo(2);
        assertThat(held.fact().size()).isEqualTo(5);
    }

    @Test
    void nothing_is_finished_with_a_segment_missing() throws IOException {
        put(1, SECOND);
        assertThat(finish(1)).isEqualTo(new Unfinished.Outcome.Missing(List.of(0)));
        assertThat(cases.toSource(caseId, 1, 100).exhibits()).isEmpty();
        put(0, FIRST);
        assertThat(finish(1)).isInstanceOf(Unfinished.Outcome.Done.class);
    }

    @Test
    void what_the_vault_has_lost_is_asked_for_again() throws IOException {
        put(0, FIRST);
        put(1, SECOND);
        vault.removeStaged(SealedSegments.address(exhibit, 0));
        assertThat(finish(1)).isEqualTo(new Unfinished.Outcome.Missing(List.of(0)));
        assertThat(put(0, new byte[] {6, 6, 6})).isTrue();
        assertThat(finish(1)).isInstanceOf(Unfinished.Outcome.Done.class);
    }

    @Test
    void the_same_again_changes_nothing() throws IOException {
        assertThat(unfinished.begin(opened(), exhibit, size(5))).isFalse();
        put(0, FIRST);
        assertThat(put(0, FIRST)).isFalse();
        put(1, SECOND);
        finish(1);
        assertThat(finish(1)).isEqualTo(new Unfinished.Outcome.Done(1, true));
        assertThat(cases.toSource(caseId, 1, 100).exhibits()).hasSize(1);
    }

    @Test
    void other_bytes_under_the_same_name_are_refused() throws IOException {
        refused("taken", () -> unfinished.begin(opened(), exhibit, size(6)));
        put(0, FIRST);
        refused("taken", () -> put(0, SECOND));
        put(1, SECOND);
        finish(1);
        refused("taken", () -> finish(2));
        refused("taken", () -> unfinished.begin(opened(), exhibit, size(5)));
        refused("no-exhibit", () -> put(0, FIRST));
    }

    @Test
    void a_segment_that_is_not_what_was_promised_leaves_nothing() throws IOException {
        Unfinished.Segment promised = segment(0, FIRST);
        for (byte[] sent :
                List.of(new byte[0], new byte[] {1, 2}, new byte[] {1, 2, 4}, new byte[9])) {
            refused(
                    "digest",
                    () ->
                            unfinished.put(
                                    caseId, exhibit, promised, new ByteArrayInputStream(sent)));
            assertThat(stored(0)).isEmpty();
        }
        assertThat(put(0, FIRST)).isTrue();
    }

    @Test
    void a_body_that_breaks_off_leaves_nothing_and_may_come_again_otherwise_sealed()
            throws IOException {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the circuit broke");
                    }
                };
        assertThatThrownBy(() -> unfinished.put(caseId, exhibit, segment(0, FIRST), broken))
                .isInstanceOf(IOException.class);
        assertThat(unfinished.of(caseId).getFirst().segments()).isEmpty();
        assertThat(put(0, SECOND)).isTrue();
    }

    @Test
    void what_a_killed_server_left_is_taken_away_and_what_it_stored_counts() throws IOException {
        vault.put(SealedSegments.address(exhibit, 0), SECOND);
        refused("again", () -> put(0, FIRST));
        assertThat(put(0, FIRST)).isTrue();
        vault.put(SealedSegments.address(exhibit, 1), SECOND);
        assertThat(put(1, SECOND)).isTrue();
        assertThat(finish(1)).isInstanceOf(Unfinished.Outcome.Done.class);
    }

    @Test
    void who_was_overtaken_by_another_program_is_told() throws IOException {
        byte[] other = {3, 3, 3};
        InputStream overtaken =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() throws IOException {
                        if (at == 0) {
                            put(0, other);
                        }
                        return at < FIRST.length ? FIRST[at++] : -1;
                    }
                };
        refused("taken", () -> unfinished.put(caseId, exhibit, segment(0, FIRST), overtaken));
        assertThat(unfinished.of(caseId).getFirst().segments()).containsExactly(segment(0, other));
        assertThat(vault.digest(SealedSegments.address(exhibit, 0))).isEqualTo(Sha256.of(other));
    }

    @Test
    void another_case_neither_sees_nor_touches_it() throws IOException {
        Id other = Id.random(random);
        put(0, FIRST);
        assertThat(unfinished.of(other)).isEmpty();
        refused(
                "no-exhibit",
                () -> unfinished.size(other, exhibit).orElseThrow(Unfinished::nothing));
        refused(
                "no-exhibit",
                () ->
                        unfinished.put(
                                other,
                                exhibit,
                                segment(1, SECOND),
                                new ByteArrayInputStream(SECOND)));
        refused("no-exhibit", () -> unfinished.finish(other, exhibit, content(1), size -> 1));
        unfinished.giveUp(other, exhibit);
        assertThat(unfinished.of(caseId)).hasSize(1);
    }

    @Test
    void a_generation_that_is_not_the_newest_begins_nothing() {
        refused(
                "generation",
                () ->
                        unfinished.begin(
                                opened(),
                                Id.random(random),
                                new Unfinished.Begun(1, 5, new byte[] {9})));
    }

    @Test
    void no_source_begins_more_than_it_may() {
        for (int i = 1; i < Unfinished.MOST; i++) {
            unfinished.begin(opened(), Id.random(random), size(5));
        }
        refused("unfinished", () -> unfinished.begin(opened(), Id.random(random), size(5)));
        unfinished.giveUp(caseId, exhibit);
        assertThat(unfinished.begin(opened(), Id.random(random), size(5))).isTrue();
    }

    @Test
    void all_that_is_not_finished_shares_one_pool() throws IOException {
        byte[] large = new byte[(int) POOL - 1];
        put(0, large);
        refused("full", () -> put(1, SECOND));
        unfinished.giveUp(caseId, exhibit);
        assertThat(stored(0)).isEmpty();
        unfinished.begin(opened(), exhibit, size(5));
        assertThat(put(1, SECOND)).isTrue();
    }

    @Test
    void what_is_given_up_or_left_for_days_is_gone() throws IOException {
        put(0, FIRST);
        now = now.plus(Duration.ofDays(3));
        unfinished.forget();
        assertThat(unfinished.of(caseId)).hasSize(1);
        now = now.plus(Duration.ofDays(1));
        unfinished.forget();
        assertThat(unfinished.of(caseId)).isEmpty();
        assertThat(stored(0)).isEmpty();
        refused("no-exhibit", () -> finish(1));
    }

    @Test
    void the_pool_is_asked_before_a_segment_that_was_cut_off_comes_again() throws IOException {
        refused(
                "digest",
                () ->
                        unfinished.put(
                                caseId,
                                exhibit,
                                segment(1, SECOND),
                                InputStream.nullInputStream()));
        put(0, new byte[(int) POOL - 1]);
        refused("full", () -> put(1, SECOND));
    }

    @Test
    void what_is_begun_again_under_its_id_while_it_is_given_up_is_not_taken_away()
            throws Exception {
        put(0, FIRST);
        put(1, SECOND);
        Meanwhile meanwhile =
                new Meanwhile(() -> {
                    if (unfinished.begin(opened(), exhibit, size(5))) {
                        again(0, FIRST);
                        again(1, SECOND);
                    }
                    return finish(1);
                });
        meanwhile.unfinished.giveUp(caseId, exhibit);
        assertThat(meanwhile.outcome()).isEqualTo(new Unfinished.Outcome.Done(1, false));
        assertThat(stored(0)).hasValue(FIRST.length);
        assertThat(stored(1)).hasValue(SECOND.length);
    }

    @Test
    void what_another_program_brings_while_something_left_is_taken_away_stays() throws Exception {
        put(1, SECOND);
        byte[] left = {6, 6, 6};
        vault.put(SealedSegments.address(exhibit, 0), left);
        Meanwhile meanwhile =
                new Meanwhile(() -> {
                    again(0, left);
                    return finish(1);
                });
        refused(
                "again",
                () ->
                        meanwhile.unfinished.put(
                                caseId,
                                exhibit,
                                segment(0, FIRST),
                                new ByteArrayInputStream(FIRST)));
        assertThat(meanwhile.outcome()).isEqualTo(new Unfinished.Outcome.Done(1, false));
        assertThat(vault.digest(SealedSegments.address(exhibit, 0))).isEqualTo(Sha256.of(left));
    }

    @Test
    void what_is_begun_is_not_removed_as_nobodys_until_it_is_given_up() throws IOException {
        SealedSegments segments =
                new SealedSegments(
                        ledger,
                        rows,
                        begun,
                        new Direct(),
                        clock,
                        30,
                        365,
                        Retention.Mode.GOVERNANCE,
                        false);
        Settling years = new Settling(vault, List.of(segments), random, () -> true, (_, _) -> {});
        vault.put(SealedSegments.address(Id.random(random), 0), SECOND);
        put(0, FIRST);
        put(1, SECOND);
        assertThat(years.run(LocalDate.MAX, LocalDate.MAX))
                .isEqualTo(new Settling.Round(0, 1, 0, List.of()));
        assertThat(finish(1)).isInstanceOf(Unfinished.Outcome.Done.class);
        assertThat(years.run(LocalDate.MAX, LocalDate.MAX).settled()).isEqualTo(2);
    }

    private void again(int number, byte[] bytes) throws IOException {
        try {
            put(number, bytes);
        } catch (Refusal e) {
            put(number, bytes);
        }
    }

    /// What another replica does when the first thing is taken away from the vault: all of it before that, where no lock of the
    /// database keeps it waiting.
    private final class Meanwhile {
        private final ReentrantLock lock = new ReentrantLock();
        private final CompletableFuture<Unfinished.Outcome> other = new CompletableFuture<>();
        private final AtomicBoolean begins = new AtomicBoolean();

        /// The replica that takes away.
        final Unfinished unfinished;

        Meanwhile(Callable<Unfinished.Outcome> work) {
            rows.locking = key -> lock.lock();
            LockingTransactions transactions = new LockingTransactions(lock);
            UnfinishedTest.this.unfinished =
                    new Unfinished(cases, vault, rows, begun, transactions, clock, POOL, 4);
            ForwardingVault watched =
                    new ForwardingVault(vault) {
                        @Override
                        public void removeStaged(String address) throws IOException {
                            if (begins.compareAndSet(false, true)) {
                                other.completeAsync(() -> outcome(work));
                                other.copy()
                                        .completeOnTimeout(
                                                new Unfinished.Outcome.Missing(List.of()),
                                                300,
                                                TimeUnit.MILLISECONDS)
                                        .join();
                            }
                            super.removeStaged(address);
                        }
                    };
            Cases watching =
                    new Cases(
                            ledger, watched, rows, transactions, clock, new SimpleMeterRegistry());
            this.unfinished =
                    new Unfinished(watching, watched, rows, begun, transactions, clock, POOL, 4);
        }

        private static Unfinished.Outcome outcome(Callable<Unfinished.Outcome> work) {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }

        Unfinished.Outcome outcome() throws Exception {
            return other.get(30, TimeUnit.SECONDS);
        }
    }

    /// The database's lock of a case, which its transaction's end releases.
    private static final class LockingTransactions extends Transactions {
        private final ReentrantLock lock;

        LockingTransactions(ReentrantLock lock) {
            this.lock = lock;
        }

        @Override
        <T> T call(Supplier<T> work) {
            try {
                return work.get();
            } finally {
                while (lock.isHeldByCurrentThread()) {
                    lock.unlock();
                }
            }
        }
    }
}
