package org.sigillo.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.testimony.Answers;
import org.sigillo.testimony.StampClient;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Vault;
import org.sigillo.vault.Vaults;

/// The one place where clock, randomness, stores and signers are made and handed out.
@ApplicationScoped
class Wiring {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    SecureRandom random() {
        return new SecureRandom();
    }

    @Produces
    @Singleton
    Vault vault(Config settings, InstantSource clock) throws IOException {
        return Vaults.open(
                name -> settings.getOptionalValue("sigillo.vault." + name, String.class), clock);
    }

    void close(@Disposes Vault vault) throws IOException {
        vault.close();
    }

    @Produces
    @Singleton
    @Startup
    Ledger ledger(
            DataSource database,
            @ConfigProperty(name = "sigillo.genesis") Path genesisFile,
            @ConfigProperty(name = "sigillo.log-key") Path keyFile,
            @ConfigProperty(name = "sigillo.closed-log-keys") Optional<List<Path>> closedKeyFiles,
            @ConfigProperty(name = "sigillo.witness-policy") Optional<Path> policyFile,
            @ConfigProperty(name = "sigillo.stamp-authorities") Optional<Path> authoritiesFile,
            @ConfigProperty(name = "sigillo.demo") boolean demo,
            InstantSource clock,
            SecureRandom random,
            Vault vault,
            TransactionSynchronizationRegistry transactions,
            MeterRegistry meters) {
        Genesis genesis;
        List<NoteSigner> signers;
        List<List<NoteSigner>> closedKeys = new ArrayList<>();
        Optional<WitnessPolicy> policy = Optional.empty();
        List<StampClient.Authority> authorities = List.of();
        try {
            genesis = Genesis.parse(Files.readAllBytes(genesisFile));
            signers = NoteSigner.parseAll(Files.readString(keyFile));
            for (Path file : closedKeyFiles.orElse(List.of())) {
                closedKeys.add(NoteSigner.parseAll(Files.readString(file)));
            }
            if (policyFile.isPresent()) {
                policy = Optional.of(WitnessPolicy.parse(Files.readString(policyFile.get())));
            }
            if (authoritiesFile.isPresent()) {
                authorities = StampClient.Authority.read(authoritiesFile.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RowSeal.sameKeys("sigillo.log-key", genesis, signers);
        if (!demo) {
            ExampleKeys.refuse(genesis);
        }
        Ledger ledger =
                new Ledger(
                        database,
                        genesis,
                        signers,
                        clock,
                        random,
                        new Ledger.Surroundings(
                                Optional.of(vault),
                                policy,
                                authorities,
                                closedKeys,
                                demo,
                                then -> afterCommit(transactions, then)));
        measured(ledger, clock, meters);
        ledger.start();
        return ledger;
    }

    static void measured(Ledger ledger, InstantSource clock, MeterRegistry meters) {
        Gauge.builder("sigillo.ledger.broken", () -> ledger.broken().isPresent() ? 1 : 0)
                .register(meters);
        Gauge.builder(
                        "sigillo.ledger.unwitnessed",
                        () -> ledger.witnesses().unwitnessed(clock.instant()).toSeconds())
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder(
                        "sigillo.ledger.uncosigned",
                        () -> ledger.witnesses().uncosigned(clock.instant()).toSeconds())
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder(
                        "sigillo.ledger.unstamped",
                        () -> ledger.witnesses().unstamped(clock.instant()).toSeconds())
                .baseUnit("seconds")
                .register(meters);
    }

    @Produces
    @Singleton
    Holdings tiles(Ledger ledger) {
        return ledger.published().holdings();
    }

    private static void afterCommit(
            TransactionSynchronizationRegistry transactions, Runnable then) {
        if (transactions.getTransactionKey() == null) {
            then.run();
            return;
        }
        transactions.registerInterposedSynchronization(
                new Synchronization() {
                    @Override
                    public void beforeCompletion() {}

                    @Override
                    public void afterCompletion(int status) {
                        // Not by the transaction's own thread, which is not yet free for another.
                        Thread.ofVirtual().start(then);
                    }
                });
    }

    /// Whoever found it, while using a row: writing stops and health is red.
    void broken(@Observes BrokenEvidenceException found, Ledger ledger) {
        ledger.report(found);
    }

    void stop(@Observes ShutdownEvent end, Ledger ledger) {
        ledger.stop();
    }

    /// Red when beats do not come, and says for whose answer the next signature waits.
    @Readiness
    @Singleton
    static final class Beats implements HealthCheck {
        private final Ledger ledger;

        Beats(Ledger ledger) {
            this.ledger = ledger;
        }

        @Override
        public HealthCheckResponse call() {
            HealthCheckResponseBuilder answer = HealthCheckResponse.named("beats");
            ledger.witnesses().awaited().ifPresent(whom -> answer.withData("waitsFor", whom));
            return answer.status(!ledger.overdue()).build();
        }
    }

    /// Red as soon as evidence is known to be broken, and says which.
    @Readiness
    @Singleton
    static final class Evidence implements HealthCheck {
        private final Ledger ledger;

        Evidence(Ledger ledger) {
            this.ledger = ledger;
        }

        @Override
        public HealthCheckResponse call() {
            return ledger.broken()
                    .map(e ->
                            HealthCheckResponse.named("evidence")
                                    .down()
                                    .withData("broken", String.valueOf(e.getMessage()))
                                    .build())
                    .orElseGet(() -> HealthCheckResponse.named("evidence").up().build());
        }
    }

    /// Red when everything has not been read again, and found whole, for a day and twice the time that it takes.
    @Wellness
    @Singleton
    static final class Checked implements HealthCheck {
        private final Ledger ledger;
        private final InstantSource clock;

        Checked(Ledger ledger, InstantSource clock) {
            this.ledger = ledger;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            Instant latest =
                    ledger.lastChecked().map(it -> it.at().plus(it.again())).orElse(Instant.EPOCH);
            return HealthCheckResponse.named("checked")
                    .status(!latest.isBefore(clock.instant()))
                    .build();
        }
    }

    /// Red when the last checkpoint has been without the witness policy's quorum for long: releases wait, and a rewrite would be
    /// seen by fewer. Where nobody is asked, nobody is missing.
    @Wellness
    @Singleton
    static final class Witnessed implements HealthCheck {
        static final Duration LONG = Duration.ofMinutes(30);

        private final Ledger ledger;
        private final InstantSource clock;

        Witnessed(Ledger ledger, InstantSource clock) {
            this.ledger = ledger;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            Answers said = ledger.witnesses();
            boolean missing = said.unwitnessed(clock.instant()).compareTo(LONG) > 0;
            HealthCheckResponseBuilder answer = HealthCheckResponse.named("witnesses");
            said.unwitnessed()
                    .ifPresent(since -> answer.withData("unwitnessedSince", since.toString()));
            return answer.status(!missing).build();
        }
    }

    /// The same of the stamps of each authority that is asked.
    @Wellness
    @Singleton
    static final class Stamped implements HealthCheck {
        private final Ledger ledger;
        private final InstantSource clock;

        Stamped(Ledger ledger, InstantSource clock) {
            this.ledger = ledger;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            Answers said = ledger.witnesses();
            boolean missing = said.unstamped(clock.instant()).compareTo(Witnessed.LONG) > 0;
            HealthCheckResponseBuilder answer = HealthCheckResponse.named("stamps");
            said.unstamped().forEach((name, since) -> answer.withData(name, since.toString()));
            return answer.status(!missing).build();
        }
    }

    /// Red while the tables' owner could alter them. Not a matter of readiness: what is altered is found.
    @Wellness
    @Singleton
    static final class Guard implements HealthCheck {
        private final Ledger ledger;

        Guard(Ledger ledger) {
            this.ledger = ledger;
        }

        @Override
        public HealthCheckResponse call() {
            return ledger.guarded()
                    ? HealthCheckResponse.up("guard")
                    : HealthCheckResponse.named("guard")
                            .down()
                            .withData("missing", "infra/postgres/guard.sql")
                            .build();
        }
    }

    /// The keys whose secret halves come with the program: good for the demo, open to everybody.
    static final class ExampleKeys {
        private ExampleKeys() {}

        /// Refuses a genesis with any of them.
        ///
        /// @throws IllegalStateException if one of the first people has an example key
        static void refuse(Genesis genesis) {
            Set<Sha256> examples = load();
            for (CustodyEvent.Founder founder : genesis.opened().people()) {
                if (examples.contains(founder.recipient())) {
                    throw new IllegalStateException(
                            "The genesis names an example key (person "
                                    + founder.person()
                                    + "), whose secret half everybody has. Found a ledger with keys of"
                                    + " your own, or set sigillo.demo=true for a demo.");
                }
            }
        }

        private static Set<Sha256> load() {
            try (InputStream in = ExampleKeys.class.getResourceAsStream("example-keys")) {
                if (in == null) {
                    throw new IllegalStateException("the program lacks its list of example keys");
                }
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(Sha256::parse)
                        .collect(Collectors.toSet());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
