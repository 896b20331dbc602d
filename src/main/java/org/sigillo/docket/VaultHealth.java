package org.sigillo.docket;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/// Red while a segment is lost or altered; says what protects the vault. Not a matter of readiness: the
/// damage is in one exhibit, and sources and colleagues go on.
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
                .status(view.damaged() == 0)
                .withData("protection", view.protection())
                .withData("damaged", view.damaged())
                .build();
    }
}
