package org.sigillo.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes the realm of the demo from the newsroom's realm file and the demo people; `infra/keycloak/README.md` says what
/// differs and why.
final class RealmFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STRICT = "6f1c6d2e-5a0b-4f6e-9a53-0c1d5f3e7a11";

    private RealmFile() {}

    static void write(Path source, Path target, String clientSecret, boolean tests)
            throws IOException {
        ObjectNode realm =
                (ObjectNode) JSON.readTree(source.resolve("sigillo-realm.json").toFile());
        realm.set("users", JSON.readTree(source.resolve("demo-people.json").toFile()));
        String strict = realm.path("browserFlow").asText();
        realm.put("browserFlow", "browser");
        ArrayNode clients = (ArrayNode) realm.path("clients");
        ObjectNode desk = (ObjectNode) clients.path(0);
        desk.put("secret", clientSecret);
        desk.remove("rootUrl");
        desk.remove("baseUrl");
        desk.putArray("redirectUris").add("http://desk.localhost:*");
        ((ObjectNode) desk.path("attributes"))
                .put("post.logout.redirect.uris", "http://desk.localhost:*");
        if (tests) {
            ObjectNode strictly = desk.deepCopy();
            strictly.put("clientId", "sigillo-tests");
            strictly.putObject("authenticationFlowBindingOverrides")
                    .put("browser", identified(realm, strict));
            clients.add(strictly);
            ObjectNode other = desk.deepCopy();
            other.put("clientId", "sigillo-other");
            ArrayNode mappers = (ArrayNode) other.path("protocolMappers");
            mappers.removeIf(
                    it -> it.path("protocolMapper").asText().equals("oidc-audience-mapper"));
            clients.add(other);
        }
        Files.createDirectories(target.getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(target.toFile(), realm);
    }

    /// A client names a flow by its id, which the newsroom's file leaves to Keycloak.
    private static String identified(ObjectNode realm, String alias) {
        for (JsonNode flow : realm.path("authenticationFlows")) {
            if (flow.path("alias").asText().equals(alias)) {
                ((ObjectNode) flow).put("id", STRICT);
            }
        }
        return STRICT;
    }
}
