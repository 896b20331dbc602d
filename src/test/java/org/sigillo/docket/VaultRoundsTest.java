package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Newsroom;
import org.sigillo.ledger.Around;
import org.sigillo.ledger.Ledger;
import org.sigillo.stack.Database;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Retention;

/// What a day's looks do with a vault.
@Timeout(60)
class VaultRoundsTest {
    private static final String HELD = "packages/held/manifest";
    private static final String NOBODYS = "packages/nobodys/manifest";
    private static final int HOUR = 14;

    private final Newsroom newsroom = new Newsroom();
    private final SecureRandom random = new Drawn();
    private final Register register = new Register();
    private final RowsInMemory rows = new RowsInMemory();
    @TempDir Path folder;
    private Instant now = Instant.parse(Newsroom.AT).plus(Duration.ofDays(1));
    private Database database;
    private Ledger ledger;
    private FolderVault vault;
    private Halting halting;
    private VaultRounds rounds;

    @BeforeEach
    void an_object_that_is_held_and_one_that_is_nobodys() throws IOException, SQLException {
        InstantSource clock = () -> now;
        database = Database.start();
        vault = new FolderVault(folder, 0, clock);
        ledger =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Around.vault(vault));
        for (String address : List.of(HELD, NOBODYS)) {
            vault.put(address, new byte[] {1});
        }
        register.held.put(HELD, new byte[] {1});
        halting = new Halting(vault);
        rounds = rounds(clock);
        at(1, 0);
    }

    private VaultRounds rounds(InstantSource clock) {
        Damage damage = new Damage(ledger, rows, new Direct());
        SealedSegments segments =
                new SealedSegments(
                        ledger,
                        rows,
                        new Direct(),
                        clock,
                        30,
                        365,
                        Retention.Mode.GOVERNANCE,
                        false);
        List<Holdings> registers = List.of(register);
        return new VaultRounds(
                ledger,
                halting,
                registers,
                new DocketCheck(ledger, rows, new Direct()),
                new VaultScrub(halting, registers, segments, damage, ledger, clock),
                damage,
                random,
                clock,
                4,
                1_000_000);
    }

    @AfterEach
    void end() throws Exception {
        halting.goOn();
        rounds.stop(null);
        untilScrubbed();
        ledger.stop();
        vault.close();
        database.close();
    }

    @Test
    void from_the_hour_that_was_drawn_what_came_on_earlier_days_settles_once_a_day()
            throws Exception {
        lead();
        at(1, HOUR - 1);
        rounds.look();
        assertThat(settled(HELD)).as("before its hour").isFalse();
        at(1, HOUR);
        rounds.look();
        assertThat(settled(HELD)).isTrue();
        Instant first = ended();
        vault.put("packages/late/manifest", new byte[] {1});
        register.held.put("packages/late/manifest", new byte[] {1});
        at(1, 23);
        rounds.look();
        assertThat(ended()).as("once a day").isEqualTo(first);
        at(2, HOUR - 1);
        rounds.look();
        assertThat(ended()).isEqualTo(first);
        at(2, HOUR + 3);
        rounds.look();
        assertThat(ended()).isEqualTo(now);
        assertThat(settled("packages/late/manifest")).isTrue();
    }

    @Test
    void what_came_today_stays_where_it_is_and_what_nobody_holds_for_as_long_as_was_said()
            throws Exception {
        lead();
        at(0, 23);
        rounds.look();
        assertThat(settled(HELD)).as("on the day on which it came").isFalse();
        at(4, 23);
        rounds.look();
        assertThat(vault.stat(NOBODYS)).as("after four days").isPresent();
        at(5, 23);
        rounds.look();
        assertThat(vault.stat(NOBODYS)).isEmpty();
        assertThat(vault.stat(HELD)).isPresent();
    }

    @Test
    void everything_is_read_again_once_a_day_from_the_first_look_on() throws Exception {
        lead();
        rounds.look();
        assertThat(scrubbedNow().objects()).isEqualTo(1);
        // Had one begun here, none would an hour later.
        now = now.plus(Duration.ofHours(23));
        rounds.look();
        now = now.plus(Duration.ofHours(1));
        rounds.look();
        assertThat(scrubbedNow().objects()).isEqualTo(1);
    }

    @Test
    void where_another_leads_nothing_is_done_and_nothing_overdue() throws Exception {
        // This one has not begun to lead.
        at(9, 23);
        rounds.look();
        nothingDone();
        assertThat(rounds.view().overdue()).isFalse();
        assertThat(rounds.settleNow()).isFalse();
    }

    @Test
    void while_the_evidence_is_broken_nothing_is_moved_or_removed() throws Exception {
        lead();
        ledger.report(new BrokenEvidenceException("this test", "one", "another"));
        at(9, 23);
        rounds.look();
        nothingDone();
        assertThat(rounds.settleNow()).isFalse();
        assertThat(rounds.view().overdue()).as("for two days and more").isTrue();
    }

    @Test
    void after_the_end_was_told_nothing_begins() throws Exception {
        lead();
        rounds.stop(null);
        at(9, 23);
        rounds.look();
        nothingDone();
    }

    @Test
    void one_scrub_runs_at_a_time_and_waits_for_no_round() throws Exception {
        lead();
        at(2, 0);
        halting.halt();
        assertThat(rounds.settleNow()).isTrue();
        halting.settling.await();
        assertThat(rounds.scrubNow()).as("while a round is at work").isTrue();
        halting.reading.await();
        assertThat(rounds.scrubNow()).as("while one runs").isFalse();
        halting.goOn();
        untilScrubbed();
        while (rounds.view().settled().isEmpty()) {
            Thread.sleep(10);
        }
        assertThat(settled(HELD)).isTrue();
    }

    @Test
    void whatever_is_altered_turns_health_red_and_not_only_a_segment() throws Exception {
        lead();
        rounds.look();
        assertThat(scrubbedNow().damaged()).isZero();
        assertThat(rounds.view().well()).isTrue();
        register.held.put(HELD, new byte[] {2});
        at(3, 0);
        rounds.look();
        assertThat(scrubbedNow().damaged()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
    }

    @Test
    void in_a_vault_that_is_not_the_ledgers_nothing_is_lost() throws Exception {
        lead();
        register.held.put("packages/lost/manifest", new byte[] {1});
        rounds.look();
        assertThat(scrubbedNow().damaged()).isEqualTo(1);
        vault.remove("ledger/genesis");
        at(3, 0);
        rounds.look();
        VaultRounds.Scrubbed last = scrubbedNow();
        assertThat(last.damaged()).isZero();
        assertThat(last.unread()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
    }

    @Test
    void one_that_followed_has_two_days_for_its_first_round_and_a_week_for_its_first_scrub()
            throws Exception {
        at(9, 0);
        rounds.look();
        lead();
        halting.halt();
        at(10, 0);
        // The scrub that begins now never ends. (A look does nothing while the ledger takes over
        // again, after such a leap of the clock.)
        while (halting.reading.getCount() > 0) {
            rounds.look();
            Thread.sleep(10);
        }
        assertThat(rounds.view().overdue()).isFalse();
        at(12, 0);
        leading();
        assertThat(rounds.view().overdue()).as("no round in two days").isTrue();
        register.held.clear();
        settledNow();
        assertThat(rounds.view().overdue()).isFalse();
        at(17, 0);
        settledNow();
        assertThat(rounds.view().overdue()).as("no scrub in a week").isTrue();
    }

    @Test
    void a_row_that_cannot_be_read_stops_no_round_and_turns_health_red() throws Exception {
        lead();
        register.malformed = true;
        at(2, HOUR);
        rounds.look();
        assertThat(scrubbedNow().unread()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
        assertThat(rounds.view().settled().orElseThrow().waiting()).isPositive();
        assertThat(vault.stat(NOBODYS)).as("nothing of it is removed").isPresent();
        register.malformed = false;
        at(3, HOUR);
        rounds.look();
        assertThat(scrubbedNow().unread()).isZero();
        assertThat(settled(HELD)).isTrue();
    }

    private void settledNow() throws Exception {
        while (rounds.view().settled().filter(it -> it.ended().equals(now)).isEmpty()) {
            rounds.settleNow();
            Thread.sleep(10);
        }
    }

    private void leading() throws Exception {
        while (!ledger.leads() || !ledger.certain()) {
            Thread.sleep(10);
        }
    }

    private void lead() throws Exception {
        ledger.start();
        // It takes over with its first turn, and compares once more.
        ledger.awaitIndex("vault.opened/0", Duration.ofSeconds(30));
        leading();
    }

    private void nothingDone() throws IOException {
        assertThat(rounds.view().settled()).isEmpty();
        assertThat(rounds.view().scrubbed()).isEmpty();
        assertThat(settled(HELD)).isFalse();
        assertThat(vault.stat(NOBODYS)).isPresent();
    }

    private boolean settled(String address) throws IOException {
        return vault.stat(address).orElseThrow().settled();
    }

    private Instant ended() {
        return rounds.view().settled().orElseThrow().ended();
    }

    /// The one that begins now, when it has ended.
    private VaultRounds.Scrubbed scrubbedNow() throws InterruptedException {
        while (true) {
            Optional<VaultRounds.Scrubbed> last = rounds.view().scrubbed();
            if (last.filter(it -> it.begun().equals(now) && it.ended().isPresent()).isPresent()) {
                return last.get();
            }
            Thread.sleep(10);
        }
    }

    private void untilScrubbed() throws InterruptedException {
        while (rounds.view().scrubbed().filter(it -> it.ended().isEmpty()).isPresent()) {
            Thread.sleep(10);
        }
    }

    /// So many days after the objects came, at this hour.
    private void at(int days, int hour) {
        now =
                Instant.parse(Newsroom.AT.substring(0, 10) + "T00:30:00Z")
                        .plus(Duration.ofDays(1L + days))
                        .plus(Duration.ofHours(hour));
    }

    /// Draws this hour of the day; whatever else, by chance.
    private static final class Drawn extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public int nextInt(int bound) {
            return bound == 24 ? HOUR : super.nextInt(bound);
        }
    }

    private static final class Register implements Holdings {
        private final Map<String, byte[]> held = new HashMap<>();
        private volatile boolean malformed;

        @Override
        public String prefix() {
            return "packages";
        }

        @Override
        public void forEach(Consumer<Held> visitor) {
            if (malformed) {
                throw new MalformedException("a row of this register");
            }
            held.forEach((address, bytes) ->
                    visitor.accept(new Held(address, Sha256.of(bytes), true, Optional.empty())));
        }
    }

    /// Lets whoever settles or reads wait.
    private static final class Halting extends ForwardingVault {
        private final CountDownLatch settling = new CountDownLatch(1);
        private final CountDownLatch reading = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);

        private Halting(FolderVault real) {
            super(real);
        }

        private void halt() {
            gate = new CountDownLatch(1);
        }

        private void goOn() {
            gate.countDown();
        }

        @Override
        public void settle(String address, Sha256 digest, Optional<Retention> retention)
                throws IOException {
            settling.countDown();
            pass();
            super.settle(address, digest, retention);
        }

        @Override
        public InputStream open(String address) throws IOException {
            reading.countDown();
            pass();
            return super.open(address);
        }

        private void pass() throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
