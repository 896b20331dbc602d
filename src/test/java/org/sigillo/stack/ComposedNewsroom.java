package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.sealing.KeyFile;

/// What people do in a newsroom that `docker compose up` has started, for `infra/compose/test`: their accounts are made by
/// Keycloak's first administrator, they set up their second factor, tie their key files to their accounts, and take a case
/// home. The names are the demo's; keys, passwords and realm are not.
///
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT link
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT export PERSON FILE
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT ask PERSON DOOR PATH
///
/// The folder has `keys/NAME.age`, `NAME.pass`, `genesis.json`, and in `client` and `admin` the secrets of the desk's client and of
/// the administrator.
final class ComposedNewsroom implements Newsroom {
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern ROLE = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final Path folder;
    private final int port;
    private final int keycloakPort;
    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private ComposedNewsroom(Path folder, int port, int keycloakPort) {
        this.folder = folder;
        this.port = port;
        this.keycloakPort = keycloakPort;
    }

    static void main(String[] arguments) throws IOException, InterruptedException {
        ComposedNewsroom newsroom =
                new ComposedNewsroom(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]));
        switch (arguments[3]) {
            case "link" -> newsroom.link();
            case "export" -> newsroom.export(arguments[4], Path.of(arguments[5]));
            case "ask" -> newsroom.ask(arguments[4], arguments[5], arguments[6]);
            default -> throw new IllegalArgumentException(arguments[3]);
        }
    }

    private void link() throws IOException, InterruptedException {
        String administrator = administrator();
        for (DemoPeople.Person person : DemoPeople.all()) {
            if (person.inGenesis() && Files.exists(keyFile(person))) {
                account(person, administrator);
                try (Hand hand = new Hand(this, person.name())) {
                    hand.link();
                }
            }
        }
    }

    private void export(String name, Path file) throws IOException, InterruptedException {
        try (Hand hand = new Hand(this, name)) {
            Matcher one =
                    Pattern.compile("\"case\":\"([^\"]+)\"")
                            .matcher(hand.ask("GET", "desk", "/api/cases", "").body());
            if (!one.find()) {
                throw new IOException(name + " has no case");
            }
            HttpResponse<byte[]> answer =
                    hand.octets(
                            "GET", "desk", "/api/cases/" + one.group(1) + "/export", new byte[0]);
            if (answer.statusCode() != 200) {
                throw new IOException("no export: " + answer.statusCode());
            }
            Files.write(file, answer.body());
        }
    }

    private void ask(String name, String door, String path)
            throws IOException, InterruptedException {
        try (Hand hand = new Hand(this, name)) {
            HttpResponse<String> answer = hand.ask("GET", door, path, "");
            System.out.println(answer.statusCode());
            System.out.println(answer.body());
        }
    }

    /// A token of the administrator whom Keycloak had at its first start.
    private String administrator() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(
                                        keycloak()
                                                .resolve(
                                                        "/realms/master/protocol/openid-connect/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "grant_type=password&client_id=admin-cli"
                                                        + "&username=first-admin&password="
                                                        + secret("admin")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return found(TOKEN, answer);
    }

    private void account(DemoPeople.Person person, String administrator)
            throws IOException, InterruptedException {
        String[] names = person.fullName().split(" ", 2);
        HttpResponse<String> made =
                manage(
                        "POST",
                        "users",
                        """
                        {"username":"%1$s","enabled":true,"email":"%1$s@newsroom.example",
                        "firstName":"%2$s","lastName":"%3$s"}
                        """
                                .formatted(person.name(), names[0], names[1]),
                        administrator);
        if (made.statusCode() == 409) {
            return;
        }
        String user =
                made.headers()
                        .firstValue("Location")
                        .orElseThrow(() -> new IOException("no account: " + made.body()))
                        .replaceAll(".*/", "");
        HttpResponse<String> role = manage("GET", "roles/" + person.role(), "", administrator);
        manage(
                "POST",
                "users/" + user + "/role-mappings/realm",
                "[{\"id\":\"" + found(ROLE, role) + "\",\"name\":\"" + person.role() + "\"}]",
                administrator);
        manage(
                "PUT",
                "users/" + user + "/reset-password",
                "{\"type\":\"password\",\"temporary\":false,\"value\":\""
                        + password(person)
                        + "\"}",
                administrator);
    }

    private HttpResponse<String> manage(
            String method, String path, String body, String administrator)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(keycloak().resolve("/admin/realms/sigillo/" + path))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer " + administrator)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400 && answer.statusCode() != 409) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private static String found(Pattern pattern, HttpResponse<String> answer) throws IOException {
        Matcher matcher = pattern.matcher(answer.body());
        if (!matcher.find()) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return matcher.group(1);
    }

    private Path keyFile(DemoPeople.Person person) {
        return folder.resolve("keys").resolve(person.name() + ".age");
    }

    private String secret(String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    @Override
    public URI application() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public URI door(String name) {
        return URI.create("http://" + name + ".localhost:" + port + "/");
    }

    @Override
    public URI keycloak() {
        return URI.create("http://127.0.0.1:" + keycloakPort);
    }

    @Override
    public Path genesis() {
        return folder.resolve("genesis.json");
    }

    @Override
    public String clientSecret() throws IOException {
        return secret("client");
    }

    @Override
    public String password(DemoPeople.Person person) {
        return "a long enough password of " + person.fullName();
    }

    @Override
    public KeyFile keys(DemoPeople.Person person) throws IOException {
        return KeyFile.open(
                Files.readAllBytes(keyFile(person)), secret(person.name() + ".pass").toCharArray());
    }

    @Override
    public SignIn signIn() {
        return new StrictSignIn(this, folder, InstantSource.system());
    }
}
