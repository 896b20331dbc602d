package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

    Path keyFile(DemoPeople.Person person);

    /// Of their key file.
    String passphrase(DemoPeople.Person person) throws IOException;

    /// A person's key file, opened.
    default KeyFile keys(DemoPeople.Person person) throws IOException {
        return KeyFile.open(Files.readAllBytes(keyFile(person)), passphrase(person).toCharArray());
    }

    /// Where Keycloak wants a second factor of this person: what makes their one-time codes.
    default Optional<Authenticator> authenticator(DemoPeople.Person person) {
        return Optional.empty();
    }

    default SignIn signIn() {
        return new SignIn(this);
    }
}
