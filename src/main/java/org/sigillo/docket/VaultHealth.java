package org.sigillo.docket;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/// Red while a segment is lost or altered, where something was, or could not be read, when all was read again, where something
/// could not be settled or is not kept as long as it should be, and where no daily round ends; says what protects the vault. Not a matter of readiness: the damage is in one exhibit, and sources and
/// colleagues go on.
@Wellness
@Singleton
class VaultHealth implements HealthCheck {
    private final VaultRounds rounds;

    VaultHealth(VaultRounds rounds) {
        this.rounds = rounds;
    }

    @Override
    public HealthCheckResponse call() {
        VaultRounds.View view = rounds.view();
        return HealthCheckResponse.named("vault")
                .status(view.well())
                .withData("protection", view.protection())
                .withData("damaged", view.damaged())
                .withData("altered", most(view, VaultRounds.Scrubbed::damaged))
                .withData("unread", most(view, VaultRounds.Scrubbed::unread))
                .withData("broken", view.settled().map(VaultRounds.Settled::broken).orElse(0L))
                .withData("waiting", view.settled().map(VaultRounds.Settled::waiting).orElse(0L))
                .withData("unkept", view.settled().map(VaultRounds.Settled::unkept).orElse(0L))
                .withData("away", view.away())
                .withData("overdue", view.overdue())
                .build();
    }

    /// Of the pass that runs and the last whole one, both of which count.
    private static long most(VaultRounds.View view, ToLongFunction<VaultRounds.Scrubbed> count) {
        return Stream.of(view.scrubbed(), view.found())
                .flatMap(Optional::stream)
                .mapToLong(count)
                .max()
                .orElse(0);
    }
}
