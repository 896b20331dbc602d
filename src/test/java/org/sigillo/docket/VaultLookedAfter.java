package org.sigillo.docket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.io.function.IOSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
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
import org.sigillo.vault.Vault;

/// A vault with an object that is held and one that is nobody's, a ledger, and what looks after them. Its clock leaps to where a test
/// wants it, and runs from there: whoever leads must be seen to live.
abstract class VaultLookedAfter {
    static final String HELD = "packages/held/manifest";
    static final String NOBODYS = "packages/nobodys/manifest";
    static final int HOUR = 14;

    final Register register = new Register();
    @TempDir Path folder;
    Ledger ledger;
    Vault vault;
    Halting halting;
    VaultRounds rounds;
    final Newsroom newsroom = new Newsroom();
    private final SecureRandom random = new Drawn();
    private final RowsInMemory rows = new RowsInMemory();
    VaultScrub scrub;
    private Database database;
    private volatile Leap leap = new Leap(Instant.parse(Newsroom.AT).plus(Duration.ofDays(1)));

    /// To a time, at a moment.
    private record Leap(Instant to, long at) {
        private Leap(Instant to) {
            this(to, System.nanoTime());
        }

        private Instant now() {
            return to.plusNanos(System.nanoTime() - at);
        }
    }

    @BeforeEach
    void an_object_that_is_held_and_one_that_is_nobodys() throws IOException, SQLException {
        InstantSource clock = () -> leap.now();
        database = Database.start();
        vault = opened(clock);
        ledger =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Around.vault(vault));
        vault.put(NOBODYS, new byte[] {1});
        hold(HELD);
        halting = new Halting(vault);
        restart();
        at(1, 0);
    }

    Vault opened(InstantSource clock) throws IOException {
        return new FolderVault(folder, 0, clock);
    }

    List<Holdings> registers() {
        return List.of(register);
    }

    void hold(String address) throws IOException {
        vault.put(address, new byte[] {1});
        register.held.put(address, new byte[] {1});
    }

    /// What another process, or this one after a restart, does with the same vault and tables.
    void restart() {
        InstantSource clock = () -> leap.now();
        Damage damage = new Damage(ledger, rows, new Direct());
        SealedSegments segments =
                new SealedSegments(
                        ledger,
                        rows,
                        new UnfinishedInMemory(),
                        new Direct(),
                        clock,
                        30,
                        365,
                        Retention.Mode.GOVERNANCE,
                        false);
        List<Holdings> registers = registers();
        scrub =
                new VaultScrub(
                        halting, registers, segments, damage, ledger, rows, new Direct(), clock);
        scrub.recall();
        rounds =
                new VaultRounds(
                        ledger,
                        halting,
                        registers,
                        new DocketCheck(ledger, rows, new Direct()),
                        scrub,
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
        ledger.stop();
        vault.close();
        database.close();
    }

    void leading() throws Exception {
        while (!ledger.leads() || !ledger.certain()) {
            Thread.sleep(10);
        }
    }

    void lead() throws Exception {
        ledger.start();
        // It takes over with its first turn, and compares once more.
        ledger.awaitIndex("vault.opened/0", Duration.ofSeconds(30));
        leading();
    }

    /// A look while this one leads, as it does again soon after a leap of the clock.
    void look() throws Exception {
        while (!rounds.lookAfter()) {
            Thread.sleep(10);
        }
    }

    boolean settled(String address) throws IOException {
        return vault.stat(address).orElseThrow().settled();
    }

    /// The scrub that begins now, when it has ended.
    VaultRounds.Scrubbed scrubbedNow() throws InterruptedException {
        while (true) {
            Optional<VaultRounds.Scrubbed> last = rounds.view().scrubbed();
            if (last.filter(it -> !it.begun().isBefore(leap.to()) && it.ended().isPresent())
                    .isPresent()) {
                return last.get();
            }
            again();
        }
    }

    /// Until somebody reads an object, and is made to wait.
    void untilReading() throws InterruptedException {
        while (halting.reading.getCount() > 0) {
            again();
        }
    }

    /// A pass ends where the ledger seems to be led by nobody, as it does for a moment after a leap of the clock: the next look goes on.
    private void again() throws InterruptedException {
        Thread.sleep(10);
        rounds.look();
    }

    /// So many days after the objects came, at this hour and a half.
    void at(int days, int hour) {
        leap =
                new Leap(
                        Instant.parse(Newsroom.AT.substring(0, 10) + "T00:30:00Z")
                                .plus(Duration.ofDays(1L + days))
                                .plus(Duration.ofHours(hour)));
    }

    /// Where a store's own clock counts, too. What looks after the vault begins then: its last round was not long ago.
    void now() {
        Instant earliest = Instant.parse(Newsroom.AT).plus(Duration.ofDays(1));
        leap = new Leap(Stream.of(earliest, Instant.now()).max(Instant::compareTo).orElseThrow());
        restart();
    }

    void later(Duration time) {
        leap = new Leap(leap.now().plus(time));
    }

    Instant leapt() {
        return leap.to();
    }

    /// Draws this hour of the day; whatever else, by chance.
    private static final class Drawn extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public int nextInt(int bound) {
            return bound == 24 ? HOUR : super.nextInt(bound);
        }
    }

    /// Of packages, in the order of their addresses.
    static final class Register implements Holdings {
        final Map<String, byte[]> held = new ConcurrentSkipListMap<>();

        /// Addresses that cannot be told.
        final Set<String> malformed = ConcurrentHashMap.newKeySet();

        @Override
        public String prefix() {
            return "packages";
        }

        @Override
        public void forEach(Consumer<Held> visitor) {
            Holdings.visit(
                    held.keySet(),
                    address -> {
                        if (malformed.contains(address)) {
                            throw new MalformedException("a row of this register");
                        }
                        Sha256 digest = Sha256.of(held.get(address));
                        visitor.accept(new Held(address, digest, true, Optional.empty()));
                    });
        }
    }

    /// Lets whoever settles or reads wait.
    static final class Halting extends ForwardingVault {
        private static final String MARK = "ledger/genesis";
        final CountDownLatch settling = new CountDownLatch(1);
        volatile CountDownLatch reading = new CountDownLatch(1);
        final AtomicInteger opened = new AtomicInteger();
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile String at = "";

        /// What is asked for whether the vault is there.
        volatile IOSupplier<InputStream> mark;

        private Halting(Vault real) {
            super(real);
            this.mark = () -> super.open(MARK);
        }

        void halt() {
            haltAt("");
        }

        /// Before objects with this address are read; every one for none.
        void haltAt(String address) {
            CountDownLatch before = gate;
            reading = new CountDownLatch(1);
            gate = new CountDownLatch(1);
            at = address;
            before.countDown();
        }

        void goOn() {
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
            if (address.equals(MARK)) {
                return mark.get();
            }
            if (address.startsWith("packages/")) {
                if (at.isEmpty() || at.equals(address)) {
                    reading.countDown();
                    pass();
                }
                opened.incrementAndGet();
            }
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
