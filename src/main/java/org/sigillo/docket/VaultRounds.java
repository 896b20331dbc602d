package org.sigillo.docket;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Settling;
import org.sigillo.vault.Vault;

/// Looks after the vault where this replica leads: once a day, at an hour that is drawn, what came on
/// earlier days settles and what nobody holds is removed; once a day everything is read again, no faster
/// than it may.
@ApplicationScoped
public class VaultRounds {
    private static final Logger LOG = Logger.getLogger(VaultRounds.class);
    private static final Duration BETWEEN_SCRUBS = Duration.ofDays(1);
    private static final Duration ROUND_OVERDUE = Duration.ofDays(2);

    /// Longer than a store is asked again and again that does not answer at all.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Larger vaults, or slower rates, take days for a pass.
    private static final Duration SCRUB_OVERDUE = Duration.ofDays(7);

    /// After a round in which something could not be settled.
    private static final Duration ONCE_MORE = Duration.ofHours(1);

    /// Of a round, what could not be settled is named in the log up to so many.
    private static final int SAID = 20;

    private final Ledger ledger;
    private final Vault vault;
    private final List<Holdings> registers;
    private final DocketCheck docket;
    private final VaultScrub scrub;
    private final Damage damage;
    private final SecureRandom random;
    private final InstantSource clock;
    private final int grace;
    private final long rate;

    /// When this replica was last seen to follow another, or began.
    private volatile Instant followed;

    private volatile Optional<Settled> settled = Optional.empty();
    private volatile boolean stopped;
    private volatile boolean away;
    private Optional<FutureTask<Boolean>> asked = Optional.empty();
    private LocalDate drawn = LocalDate.EPOCH;
    private int hour;

    VaultRounds(
            Ledger ledger,
            Vault vault,
            @All List<Holdings> registers,
            DocketCheck docket,
            VaultScrub scrub,
            Damage damage,
            SecureRandom random,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.vault.abandoned-days") int grace,
            @ConfigProperty(name = "sigillo.vault.scrub-rate") long rate) {
        if (grace < 1 || rate < 1) {
            throw new IllegalArgumentException(
                    "sigillo.vault.abandoned-days and .scrub-rate must be 1 or more");
        }
        this.ledger = ledger;
        this.vault = vault;
        this.registers = List.copyOf(registers);
        this.docket = docket;
        this.scrub = scrub;
        this.damage = damage;
        this.random = random;
        this.clock = clock;
        this.grace = grace;
        this.rate = rate;
        this.followed = clock.instant();
    }

    /// A round that ended.
    ///
    /// @param waiting objects that will be tried again
    /// @param broken objects that are not what their register says
    /// @param unkept objects whose retention could not be looked at
    public record Settled(
            Instant ended, long settled, long removed, long waiting, long broken, long unkept) {}

    /// How far a scrub is, or came.
    ///
    /// @param ended none while it runs
    /// @param damaged objects that are lost or altered
    /// @param unread objects that the vault could not be asked for
    public record Scrubbed(
            Instant begun,
            Optional<Instant> ended,
            long objects,
            long bytes,
            long damaged,
            long unread) {}

    /// What operators see.
    ///
    /// @param protection `object-lock`, `file-modes` or `none`
    /// @param damaged segments that are lost, altered or unreadable, as was last entered
    /// @param found what the last scrub that ended found, before a restart too; another may run
    /// @param away whether the vault could not be asked just now, or is not the ledger's
    /// @param overdue whether no round has ended here for two days, or no scrub anywhere for a week, where one should have
    public record View(
            String protection,
            long damaged,
            Optional<Settled> settled,
            Optional<Scrubbed> scrubbed,
            Optional<Scrubbed> found,
            boolean away,
            boolean overdue) {
        /// Whether everything is there, could be read, and is kept as it should be, as far as is known.
        public boolean well() {
            return damaged == 0
                    && !away
                    && !overdue
                    && found.filter(it -> it.unread() + it.damaged() > 0).isEmpty()
                    && settled.filter(it -> it.unkept() + it.waiting() + it.broken() > 0).isEmpty()
                    && scrubbed.filter(it -> it.unread() + it.damaged() > 0).isEmpty();
        }
    }

    public View view() {
        return new View(
                vault.protection().word(),
                damage.count(),
                settled,
                scrub.last(),
                scrub.lastWhole(),
                away,
                ledger.leads()
                        && (overdue(roundsFrom(), ROUND_OVERDUE)
                                || overdue(scrub.since().orElse(followed), SCRUB_OVERDUE)));
    }

    /// One that has begun to lead has as long for its first round as one that has done what it should. (Passes of the scrub are
    /// kept, whoever leads.)
    private Instant roundsFrom() {
        return settled.map(Settled::ended).filter(it -> it.isAfter(followed)).orElse(followed);
    }

    private boolean overdue(Instant from, Duration after) {
        return from.plus(after).isBefore(clock.instant());
    }

    /// Every object that is held, each as a line of `sha256sum`: its digest, two spaces, its address.
    public void writeInventory(OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.US_ASCII);
        try {
            for (Holdings register : registers) {
                register.forEach(it -> append(text, it.digest() + "  " + it.address() + "\n"));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        text.flush();
    }

    private static void append(Writer text, String line) {
        try {
            text.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Settles now what has come so far; an operator's wish, which tells the store when it was wished.
    ///
    /// @return whether it begins: not where this replica follows another, or the evidence is in doubt
    public boolean settleNow() {
        boolean may = mayWork();
        if (may) {
            Thread.ofVirtual().name("vault-settling").start(() -> settle(today().plusDays(1)));
        }
        return may;
    }

    /// Reads everything again now, as fast as it goes.
    ///
    /// @return whether it begins: not while everything is read already
    public boolean scrubNow() {
        return scrub.beginAnew(Scrub.Pace.FULL);
    }

    @Scheduled(
            every = "10m",
            delayed = "5m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        lookAfter();
    }

    /// Whether the vault is there, whatever a round is at: that may take hours.
    @Scheduled(
            every = "${sigillo.vault.ask-every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void ask() {
        ask(PATIENCE);
    }

    /// One that gives no answer, or a byte now and then, is away, too; and is not asked again while it may still give it.
    void ask(Duration patience) {
        FutureTask<Boolean> question = asked.filter(it -> !it.isDone()).orElse(null);
        if (question == null) {
            question = new FutureTask<>(this::isAway);
            asked = Optional.of(question);
            Thread.ofVirtual().name("vault-asking").start(question);
        }
        try {
            away = question.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.error("the vault was asked, and gives no answer");
            away = true;
        } catch (ExecutionException e) {
            LOG.errorf("the vault cannot be asked: %s", e.getCause());
            away = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look.
    ///
    /// @return whether it might work: not where this replica follows another, or the evidence is in doubt
    boolean lookAfter() {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        LocalDate today = now.toLocalDate();
        if (!drawn.equals(today)) {
            drawn = today;
            hour = random.nextInt(24);
        }
        scrub.recall();
        if (!ledger.leads()) {
            followed = now.toInstant();
        }
        if (!mayWork()) {
            return false;
        }
        docket.report();
        boolean settledToday =
                settled.filter(it -> dayOf(it.ended()).equals(today))
                        .filter(it ->
                                it.waiting() == 0
                                        || it.ended().plus(ONCE_MORE).isAfter(now.toInstant()))
                        .isPresent();
        if (!settledToday && now.getHour() >= hour) {
            settle(today);
        }
        // One that was cut short goes on at once.
        if (scrub.last()
                .filter(it -> it.ended().isPresent())
                .filter(it -> it.begun().plus(BETWEEN_SCRUBS).isAfter(now.toInstant()))
                .isEmpty()) {
            scrub.goOn(Scrub.Pace.of(rate));
        }
        return true;
    }

    private boolean isAway() {
        try {
            return !ledger.published().isIn(vault);
        } catch (IOException | BrokenEvidenceException e) {
            LOG.errorf("the vault cannot be asked, or is another one: %s", e);
            return true;
        }
    }

    void stop(@Observes ShutdownEvent end) {
        stopped = true;
        scrub.stop();
    }

    /// Nothing is moved or removed while the evidence is broken, or vault and witnesses may know more than
    /// the database does: what an older database does not name is not rubbish.
    private boolean mayWork() {
        return !stopped && ledger.leads() && ledger.certain();
    }

    private synchronized void settle(LocalDate before) {
        AtomicInteger said = new AtomicInteger();
        Settling settling =
                new Settling(
                        vault,
                        registers,
                        random,
                        this::mayWork,
                        (what, why) -> {
                            // Where a store is away all of them are undone, for one reason.
                            if (said.getAndIncrement() < SAID) {
                                LOG.errorf("settling %s will be tried again: %s", what, why);
                            }
                        });
        try {
            // What a missing row no longer names would be removed as nobody's.
            docket.run();
            vault.giveUpUnfinished();
            Settling.Round round = settling.run(before, today().minusDays(grace));
            scrub.look(round.broken());
            Settling.Kept kept = settling.keep();
            scrub.look(kept.broken());
            settled =
                    Optional.of(
                            new Settled(
                                    clock.instant(),
                                    round.settled(),
                                    round.removed(),
                                    round.waiting(),
                                    round.broken().size() + kept.broken().size(),
                                    kept.failed()));
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (IOException | RuntimeException e) {
            LOG.errorf("settling will be tried again: %s", e);
        }
    }

    private LocalDate today() {
        return dayOf(clock.instant());
    }

    private static LocalDate dayOf(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
