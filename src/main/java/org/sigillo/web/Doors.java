package org.sigillo.web;

import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.bytes.MalformedException;

/// Which host is which door.
@ApplicationScoped
public class Doors {
    private final Map<Door, Origin> origins;

    /// As they are set.
    @ConfigMapping(prefix = "sigillo.hosts")
    interface Hosts {
        String drop();

        String desk();

        String news();

        String files();

        String audit();
    }

    @Inject
    Doors(Hosts hosts, @ConfigProperty(name = "sigillo.https") boolean https) {
        this(
                https,
                Map.of(
                        Door.DROP, Origin.parse(hosts.drop()),
                        Door.DESK, Origin.parse(hosts.desk()),
                        Door.NEWS, Origin.parse(hosts.news()),
                        Door.FILES, Origin.parse(hosts.files()),
                        Door.AUDIT, Origin.parse(hosts.audit())));
    }

    /// @param https whether browsers reach the desk by https
    Doors(boolean https, Map<Door, Origin> origins) {
        this.origins = new EnumMap<>(origins);
        if (origin(Door.DESK).https() != https) {
            // Its session cookies and the address that Keycloak sends people back to follow the
            // one,
            // every link the other.
            throw new MalformedException(
                    "sigillo.hosts.desk and sigillo.https disagree: "
                            + origin(Door.DESK).text()
                            + ", "
                            + https);
        }
        if (origins.values().stream().map(Origin::host).distinct().count()
                != Door.values().length) {
            throw new MalformedException("every door needs a host of its own");
        }
    }

    /// Where this door stands; links from other doors begin with it.
    public Origin origin(Door door) {
        Origin origin = origins.get(door);
        if (origin == null) {
            throw new IllegalStateException("every door has a host");
        }
        return origin;
    }

    /// The door that this `Host` names. The loopback address is the audit door: programs that check
    /// us need not resolve `*.localhost`.
    Optional<Door> named(String authority) {
        for (Map.Entry<Door, Origin> door : origins.entrySet()) {
            if (door.getValue().hosts(authority)) {
                return Optional.of(door.getKey());
            }
        }
        return origin(Door.AUDIT).onLoopback().hosts(authority)
                ? Optional.of(Door.AUDIT)
                : Optional.empty();
    }
}
