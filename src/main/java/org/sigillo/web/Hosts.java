package org.sigillo.web;

import io.smallrye.config.ConfigMapping;

/// The hosts of the doors, as set; read through [Doors].
@ConfigMapping(prefix = "sigillo.hosts")
interface Hosts {
    String drop();

    String desk();

    String news();

    String files();

    String audit();
}
