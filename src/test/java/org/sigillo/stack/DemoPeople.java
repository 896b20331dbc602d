package org.sigillo.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The people of the demo, as `infra/keycloak/demo-people.json` has them.
public final class DemoPeople {
    private DemoPeople() {}

    /// Who it is; `password` opens Keycloak, `passphrase` the key file.
    public record Person(String name, String fullName, String role, String password) {
        public String passphrase() {
            return "sigillo-key-" + name;
        }

        /// Nina signs in, but no ledger knows her: she is enrolled by hand.
        public boolean inGenesis() {
            return !name.equals("nina");
        }
    }

    public static List<Person> all() throws IOException {
        List<Person> people = new ArrayList<>();
        for (JsonNode user :
                new ObjectMapper().readTree(Path.of("infra/keycloak/demo-people.json").toFile())) {
            people.add(
                    new Person(
                            user.path("username").asText(),
                            user.path("firstName").asText() + " " + user.path("lastName").asText(),
                            user.path("realmRoles").path(0).asText(),
                            user.path("credentials").path(0).path("value").asText()));
        }
        return people;
    }

    public static Person named(String name) throws IOException {
        return all().stream()
                .filter(person -> person.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no demo person " + name));
    }
}
