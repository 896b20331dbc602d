package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Statement;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.sealing.KeyFile;

/// One of the first people at a program of their own: a bearer token, and the key file to sign with.
public final class Hand implements AutoCloseable {
    private final Stack stack;
    private final String name;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    public Hand(Stack stack, String name) throws IOException, InterruptedException {
        this.stack = stack;
        this.name = name;
        this.token = new SignIn(stack).accessToken(name);
    }

    public HttpResponse<String> ask(String method, String host, String path, String body)
            throws IOException, InterruptedException {
        return send(
                method,
                host,
                path,
                body.getBytes(StandardCharsets.UTF_8),
                HttpResponse.BodyHandlers.ofString());
    }

    /// The same for octets.
    ///
    /// @param headers names and values by turns
    public HttpResponse<byte[]> octets(
            String method, String host, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        return send(method, host, path, body, HttpResponse.BodyHandlers.ofByteArray(), headers);
    }

    private <T> HttpResponse<T> send(
            String method,
            String host,
            String path,
            byte[] body,
            HttpResponse.BodyHandler<T> handler,
            String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(stack.application() + path))
                        .header("Host", host + ".localhost:" + stack.port())
                        .header("Authorization", "Bearer " + token)
                        .header(
                                "Content-Type",
                                method.equals("PUT")
                                        ? "application/octet-stream"
                                        : "application/json")
                        .method(
                                method,
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), handler);
    }

    /// Ties the key file to the account, unless that was done before.
    public void link() throws IOException, InterruptedException {
        String me = ask("GET", "desk", "/api/me", "").body();
        if (me.contains("\"account\":\"known\"")) {
            return;
        }
        HttpResponse<String> answer = ask("POST", "desk", "/api/people/account", account(0));
        if (answer.statusCode() != 204) {
            throw new IOException(name + " was not linked: " + answer.body());
        }
    }

    /// A signed `person.account` for the signed-in account.
    ///
    /// @param late seconds by which the signer's clock is ahead
    public String account(long late) throws IOException {
        String claims =
                new String(
                        Base64.getUrlDecoder().decode(token.split("\\.")[1]),
                        StandardCharsets.UTF_8);
        String subject = claims.replaceAll(".*\"sub\":\"([^\"]+)\".*", "$1");
        byte[] salt = new byte[32];
        Genesis genesis = Genesis.parse(Files.readAllBytes(stack.genesis()));
        try (KeyFile keys =
                KeyFile.open(
                        Files.readAllBytes(stack.data().path("keys").resolve(name + ".age")),
                        ("sigillo-key-" + name).toCharArray())) {
            Id person = Id.parse(keys.person());
            Statement.Key key =
                    genesis.opened().people().stream()
                            .filter(founder -> founder.person().equals(person))
                            .findFirst()
                            .orElseThrow()
                            .key();
            Sha256 account = Sha256.of(salt, subject.getBytes(StandardCharsets.UTF_8));
            Json.Obj body = Json.object().with("person", person.hex()).with("account", account);
            Statement statement =
                    Statement.sign(
                            new Statement.Claims(
                                    genesis.opened().origin(),
                                    "person.account",
                                    person.hex(),
                                    1,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Sha256.of(org.sigillo.bytes.CanonicalJson.encode(body)),
                                    1,
                                    Optional.empty(),
                                    key,
                                    0,
                                    MerkleHash.empty(),
                                    Clock.systemUTC()
                                            .instant()
                                            .plusSeconds(late)
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString()),
                            keys.signingSeed());
            CustodyEvent event = new CustodyEvent.PersonAccount(person, account, statement);
            Json.Obj request =
                    Json.object()
                            .with("person", person.hex())
                            .with("salt", Hex.of(salt))
                            .with("nonce", Hex.of(account.bytes()))
                            .with("statement", event.signed().orElseThrow().json());
            return new String(
                    org.sigillo.bytes.CanonicalJson.encode(request), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
