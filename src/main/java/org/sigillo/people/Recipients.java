package org.sigillo.people;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.sigillo.custody.Id;

/// Red while somebody counts to whom nothing can be sealed. Not a matter of readiness: sources are
/// still received, for the others.
@Wellness
@Singleton
class Recipients implements HealthCheck {
    private final People people;

    Recipients(People people) {
        this.people = people;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> unsealable = people.unsealable().stream().map(Id::hex).toList();
        HealthCheckResponseBuilder said = HealthCheckResponse.named("recipients");
        return unsealable.isEmpty()
                ? said.up().build()
                : said.down().withData("unsealable", String.join(" ", unsealable)).build();
    }
}
