package org.sigillo.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What people do in a newsroom that `docker compose up` has started, for `infra/compose/test`: their accounts are made by
/// Keycloak's first administrator, they set up their second factor, tie their key files to their accounts, and take a case
/// home. The names are the demo's; keys, passwords and realm are not.
///
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT link
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT export PERSON FOLDER
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT take-up PERSON
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT settle PERSON FILE
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT story FOLDER
///     ComposedNewsroom FOLDER PORT KEYCLOAK-PORT sweep FOLDER KEPT…
///
/// The folder has `keys/NAME.age`, `NAME.pass`, `genesis.json`, in `client` and `admin` the secrets of the desk's client and of
/// the administrator, and in `drop` the host of the source's door.
final class ComposedNewsroom implements Newsroom {
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern CASE = Pattern.compile("\"case\":\"([^\"]+)\"");
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

    static void main(String[] arguments) throws Exception {
        ComposedNewsroom newsroom =
                new ComposedNewsroom(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]));
        switch (arguments[3]) {
            case "link" -> newsroom.link();
            case "export" -> newsroom.export(arguments[4], Path.of(arguments[5]));
            case "take-up" -> newsroom.takeUp(arguments[4]);
            case "settle" -> newsroom.settle(arguments[4], Path.of(arguments[5]));
            case "story" -> newsroom.story(Path.of(arguments[4]));
            case "sweep" ->
                    sweep(Path.of(arguments[4]), List.of(arguments).subList(5, arguments.length));
            default -> throw new IllegalArgumentException(arguments[3]);
        }
    }

    private void link() throws IOException, InterruptedException {
        String administrator = administrator();
        for (DemoPeople.Person person : DemoPeople.all()) {
            account(person, administrator);
            if (person.inGenesis() && Files.exists(keyFile(person))) {
                try (Hand hand = new Hand(this, person.name())) {
                    hand.link();
                }
            }
        }
    }

    /// Every case that somebody may see, each in a file by its name.
    private void export(String name, Path to) throws IOException, InterruptedException {
        Files.createDirectories(to);
        try (Hand hand = new Hand(this, name)) {
            for (String one : cases(hand)) {
                int status =
                        hand.save(
                                "desk", "/api/cases/" + one + "/export", to.resolve(one + ".tar"));
                if (status != 200) {
                    throw new IOException("no export: " + status);
                }
            }
        }
    }

    private void takeUp(String name) throws IOException, InterruptedException {
        try (Hand hand = new Hand(this, name)) {
            HttpResponse<String> answer =
                    hand.ask(
                            "POST",
                            "desk",
                            "/api/cases/" + cases(hand).getFirst() + "/take-up",
                            "{}");
            if (answer.statusCode() != 204) {
                throw new IOException("not taken up: " + answer.body());
            }
        }
    }

    private static List<String> cases(Hand hand) throws IOException, InterruptedException {
        List<String> cases =
                CASE.matcher(hand.ask("GET", "desk", "/api/cases", "").body())
                        .results()
                        .map(it -> it.group(1))
                        .toList();
        if (cases.isEmpty()) {
            throw new IOException("no case");
        }
        return cases;
    }

    /// Writes where everything is afterwards.
    private void settle(String name, Path inventory) throws IOException, InterruptedException {
        try (VaultOperator operator = new VaultOperator(this, name)) {
            operator.settle();
            System.out.println(operator.view());
            Files.writeString(inventory, operator.inventory());
        }
    }

    /// Keeps the source's traces, which must be found nowhere.
    private void story(Path to) throws Exception {
        Story story =
                new Story(
                        this,
                        Files.createDirectories(to),
                        Long.toHexString(new Random().nextLong()));
        story.run(144 << 20, List.of(), 4);
        Files.write(to.resolve("traces"), story.traces());
    }

    private static void sweep(Path story, List<String> kept) throws IOException {
        for (String root : kept) {
            for (String trace : Files.readAllLines(story.resolve("traces"))) {
                Set<String> found = Sweep.of(Path.of(root), List.of(Mark.text(trace)));
                if (!found.isEmpty()) {
                    throw new IOException(trace + " is in " + found);
                }
            }
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

    @Override
    public Path keyFile(DemoPeople.Person person) {
        return folder.resolve("keys").resolve(person.name() + ".age");
    }

    /// The source's door has an onion service's host.
    private String host(String door) {
        try {
            return door.equals("drop") ? secret("drop") : door + ".localhost:" + port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return URI.create("http://" + host(name) + "/");
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
    public String passphrase(DemoPeople.Person person) throws IOException {
        return secret(person.name() + ".pass");
    }

    @Override
    public Optional<Authenticator> authenticator(DemoPeople.Person person) {
        return Optional.of(
                new Authenticator(folder.resolve(person.name() + ".totp"), InstantSource.system()));
    }
}
