package org.sigillo.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.Cases;
import org.sigillo.people.People;
import org.sigillo.waiting.Lately;
import org.sigillo.waiting.Line;
import org.sigillo.waiting.OneEach;

/// What becomes of the sources when more come than usual: until half of the cases that a day may bring have begun, everybody begins
/// at once; from then on those that are left are spread over what is left of the day, and a person is called; then nobody begins any
/// more before the next. Whoever has a case goes on all the while.
@ApplicationScoped
class Crowd {
    /// Requests that wait in a line at once.
    static final int WAITING = 256;

    /// How long a request waits for its turn before it is answered with the page that renews itself.
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /// How long that page's next request waits: so long it is seen to load, and its place stands in the line.
    static final Duration LONG = Duration.ofSeconds(10);

    /// How long what another replica counted may go unseen.
    private static final Duration FRESH = Duration.ofSeconds(5);

    /// How long what the door is known to be will do for all who come.
    private static final Duration LATELY = Duration.ofSeconds(1);

    /// How long a person is called after somebody was turned away.
    private static final Duration CALLED = Duration.ofMinutes(10);

    /// Requests of sessions that are at the database at once: half of its connections, of which the others are everybody else's.
    private static final int AT_ONCE = 8;

    /// The same of those that ask the vault meanwhile, whatever that takes: each is at the database for a moment only.
    private static final int AT_VAULT = 32;

    private static final String SLOWED = "sigillo.drop.slowed";
    private static final String REFUSED = "sigillo.drop.refused";

    /// How fast cases may begin.
    enum Pace {
        FREE,
        SLOWED,
        FULL
    }

    /// Why somebody waits or is turned away.
    enum Why {
        QUOTA,
        PLACES,
        ROOM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final LongSupplier begunToday;
    private final BooleanSupplier broken;
    private final Lately<People.Intake> door;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final long quota;
    private final Line newcomers;

    /// Half of the processors: the other half is everybody else's.
    private final OneEach whole =
            new OneEach(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final OneEach turns = new OneEach(AT_ONCE);
    private final OneEach vaultTurns = new OneEach(AT_VAULT);

    private Counted counted = new Counted(0, Instant.MIN);
    private Instant next = Instant.MIN;
    private volatile Instant refused = Instant.MIN;
    private volatile String last = "";

    private record Counted(long cases, Instant at) {}

    @Inject
    Crowd(
            Cases cases,
            People people,
            InstantSource clock,
            MeterRegistry meters,
            @ConfigProperty(name = "sigillo.intake.new-cases") long quota) {
        this(cases::begunToday, people::broken, people::intake, clock, meters, quota);
    }

    /// @param begunToday cases that have begun today, at whichever replica
    /// @param broken whether evidence is known to be
    /// @param door whether sources can be received
    Crowd(
            LongSupplier begunToday,
            BooleanSupplier broken,
            Supplier<People.Intake> door,
            InstantSource clock,
            MeterRegistry meters,
            long quota) {
        this.begunToday = begunToday;
        this.broken = broken;
        this.door = new Lately<>(door, LATELY, clock);
        this.clock = clock;
        this.meters = meters;
        this.quota = quota;
        this.newcomers = new Line(WAITING, clock);
        for (Why why : Why.values()) {
            // From the first minute: an alert on what is not there never comes.
            meters.counter(SLOWED, "why", why.word());
            meters.counter(REFUSED, "why", why.word());
        }
        meters.gauge("sigillo.drop.waiting", lane("newcomers"), newcomers, Line::waiting);
        Gauge.builder("sigillo.drop.new.cases", this, it -> (double) it.begun()).register(meters);
        Gauge.builder("sigillo.drop.new.cases.quota", () -> quota).register(meters);
    }

    long quota() {
        return quota;
    }

    /// Whether sources can be received: every page asks, and who counts is not to be read for each, but what is known to be broken
    /// closes at once.
    People.Intake door() {
        return broken.getAsBoolean() ? People.Intake.HALTED : door.get();
    }

    static Tags lane(String name) {
        return Tags.of("lane", name);
    }

    Pace pace() {
        long begun = begun();
        if (begun >= quota) {
            return Pace.FULL;
        }
        return begun < quota / 2 ? Pace.FREE : Pace.SLOWED;
    }

    /// Lets one who comes for the first time begin, now or after this time.
    ///
    /// @return how their case may begin then; nothing if their turn has not come
    Optional<Session.Begin> mayBegin(Line.Place place, Duration patience) {
        return mayBegin(place, patience, () -> true);
    }

    /// The same for somebody who may go away while they wait.
    ///
    /// @param there whether they have not
    Optional<Session.Begin> mayBegin(Line.Place place, Duration patience, BooleanSupplier there) {
        if (pace() == Pace.FULL) {
            return Optional.empty();
        }
        return newcomers
                .await(place, patience, there, this::turn)
                .map(pace -> pace == Pace.SLOWED ? Session.Begin.AT_ONCE : Session.Begin.IN_TURN);
    }

    /// Lets the case of a session begin. Sessions cost nothing: many that were made while nobody was slowed would have a day's cases
    /// within seconds.
    ///
    /// @return how it may begin, now or after this time; nothing if its turn has not come
    Optional<Session.Begin> mayOpen(
            Session.Begin begin, Line.Place place, Duration patience, BooleanSupplier there) {
        if (begin == Session.Begin.AT_ONCE) {
            return pace() == Pace.FULL ? Optional.empty() : Optional.of(begin);
        }
        return mayBegin(place, patience, there);
    }

    /// Whether it still may, after others have begun: of those who came while nobody was slowed, many come at once.
    boolean mayStill(Session.Begin granted) {
        return switch (pace()) {
            case FREE -> true;
            case SLOWED -> granted == Session.Begin.AT_ONCE;
            case FULL -> false;
        };
    }

    /// A case has begun here: it counts at once, not only when the register is asked again in some seconds. Whoever may begin and does
    /// not counts as nothing.
    synchronized void opened() {
        counted = new Counted(counted.cases() + 1, counted.at());
    }

    private Optional<Pace> turn() {
        Pace pace = pace();
        return switch (pace) {
            case FREE -> Optional.of(pace);
            case SLOWED -> spaced() ? Optional.of(pace) : Optional.empty();
            case FULL -> Optional.empty();
        };
    }

    private synchronized boolean spaced() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return false;
        }
        Instant midnight =
                LocalDate.ofInstant(now, ZoneOffset.UTC)
                        .plusDays(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
        next = now.plus(Duration.between(now, midnight).dividedBy(Math.max(1, quota - begun())));
        return true;
    }

    synchronized long begun() {
        Instant now = clock.instant();
        if (counted.at().isBefore(now.minus(FRESH))) {
            counted = new Counted(begunToday.getAsLong(), now);
        }
        return counted.cases();
    }

    /// Work over many exhibits of a case, in its turn: with hundreds of requests at once, what they hold would fill the memory.
    ///
    /// @return nothing if that did not come in time
    <T> Optional<T> ofCase(Sha256 locator, Supplier<T> work) {
        return whole.of(locator, LONG, work);
    }

    /// What a session asks for, one thing after the other, and few sessions' at once: what they hold while they wait for one another would
    /// be missing to those who send.
    ///
    /// @return nothing if its turn did not come in time
    <T> Optional<T> inTurn(Sha256 locator, Supplier<T> work) {
        return turns.of(locator, LONG, work);
    }

    /// The same of what asks the vault, too.
    <T> Optional<T> atVault(Sha256 locator, Supplier<T> work) {
        return vaultTurns.of(locator, LONG, work);
    }

    /// For whoever has no page that waits.
    static Refusal busy() {
        return new Refusal(
                Refusal.Kind.CLOSED,
                "busy",
                "Too many people are here at once. Nothing was done. Try again in a minute.");
    }

    /// Somebody was told to wait.
    void slowed(Why why) {
        meters.counter(SLOWED, "why", why.word()).increment();
    }

    /// Somebody was turned away.
    void refused(Why why) {
        meters.counter(REFUSED, "why", why.word()).increment();
        last = why.word();
        refused = clock.instant();
    }

    /// For programs whose turn to begin has not come; the pages have their own words.
    Refusal notYet() {
        if (pace() != Pace.FULL) {
            slowed(Why.QUOTA);
            return busy();
        }
        refused(Why.QUOTA);
        return new Refusal(
                Refusal.Kind.CLOSED,
                "quota",
                "Far more people than usual have begun today, and the newsroom has been told. Come back"
                        + " tomorrow. A codename under which something has arrived works as ever; any other begins nothing"
                        + " then.");
    }

    private boolean calledForRefusal() {
        return refused.isAfter(clock.instant().minus(CALLED));
    }

    /// The same in a word, for whoever has sentences of their own.
    String state() {
        if (calledForRefusal() && last.equals(Why.ROOM.word())) {
            return Why.ROOM.word();
        }
        Pace pace = pace();
        return pace == Pace.FREE && calledForRefusal()
                ? "refused"
                : pace.name().toLowerCase(Locale.ROOT);
    }

    @Nullable String calling() {
        if (calledForRefusal()) {
            return "sources are turned away: " + last;
        }
        return switch (pace()) {
            case FREE -> null;
            case SLOWED -> "new cases are slowed: quota";
            case FULL -> "no new case begins today: quota";
        };
    }

    /// Red while new cases are slowed or sources are turned away: somebody should look whether it is a flood. Not a matter of
    /// readiness.
    @Wellness
    @Identifier("intake")
    @Singleton
    static class Health implements HealthCheck {
        private final Crowd crowd;

        Health(Crowd crowd) {
            this.crowd = crowd;
        }

        @Override
        public HealthCheckResponse call() {
            String calling = crowd.calling();
            return HealthCheckResponse.named("intake")
                    .status(calling == null)
                    .withData("cases", crowd.begun())
                    .withData("quota", crowd.quota())
                    .withData("state", crowd.state())
                    .withData("calling", calling == null ? "nobody" : calling)
                    .build();
        }
    }
}
