package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.sigillo.sealing.KeyFile;

/// A running Sigillo as somebody at work sees it from outside: its addresses, and what they have themselves.
public interface Newsroom {
    /// The listener of the doors; one is chosen by the Host header.
    URI application();

    /// A door's address for browsers: drop, desk, news, audit or files.
    URI door(String name);

    URI keycloak();

    default URI realm() {
        return keycloak().resolve("/realms/sigillo");
    }

    Path genesis();

    /// The secret of the desk's client at Keycloak.
    String clientSecret() throws IOException;

    /// A person's password at Keycloak.
    String password(DemoPeople.Person person);

    /// A person's key file, opened.
    KeyFile keys(DemoPeople.Person person) throws IOException;

    SignIn signIn();
}
