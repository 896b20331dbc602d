package org.sigillo.stack;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.sealing.KeyFile;

/// One of the first people at a program of their own: a bearer token, and the key file to sign with.
public final class Hand implements AutoCloseable {
    private final Newsroom newsroom;
    private final String name;
    private String token;
    private long since;
    private CustodyEvent.@Nullable Founder me;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    public Hand(Newsroom newsroom, String name) throws IOException, InterruptedException {
        this.newsroom = newsroom;
        this.name = name;
        this.token = newsroom.signIn().accessToken(name);
        this.since = System.nanoTime();
    }

    /// The access token, renewed before it ends after five minutes.
    private String token() throws IOException, InterruptedException {
        if (System.nanoTime() - since > 200_000_000_000L) {
            token = newsroom.signIn().accessToken(name);
            since = System.nanoTime();
        }
        return token;
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
                HttpRequest.newBuilder(newsroom.application().resolve(path))
                        .header("Host", newsroom.door(host).getAuthority())
                        .header("Authorization", "Bearer " + token())
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

    /// Gets something into a file.
    ///
    /// @return the status
    public int save(String host, String path, Path file) throws IOException, InterruptedException {
        return send("GET", host, path, new byte[0], HttpResponse.BodyHandlers.ofFile(file))
                .statusCode();
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
        Sha256 account = Sha256.of(salt, subject.getBytes(StandardCharsets.UTF_8));
        CustodyEvent.Founder me = me();
        Json.Obj body = Json.object().with("person", me.person().hex()).with("account", account);
        return text(
                signed(
                                new Said(
                                        "person.account",
                                        me.person().hex(),
                                        Sha256.of(CanonicalJson.encode(body)),
                                        Optional.empty(),
                                        Optional.empty(),
                                        late))
                        .with("person", me.person().hex())
                        .with("salt", Hex.of(salt)));
    }

    /// What is to be signed.
    ///
    /// @param late seconds by which the signer's clock is ahead
    public record Said(
            String kind,
            String subject,
            Sha256 digest,
            Optional<String> decision,
            Optional<Role> role,
            long late) {}

    /// `nonce` and `statement` of a request, by this person's key file.
    public Json.Obj signed(Said said) throws IOException {
        byte[] nonce = new byte[32];
        ThreadLocalRandom.current().nextBytes(nonce);
        return signed(said, nonce);
    }

    public Json.Obj signed(Said said, byte[] nonce) throws IOException {
        return signed(said, nonce, Optional.empty(), Seen.NOTHING, 1);
    }

    /// What the signer's machine claims to have verified.
    public record Seen(long size, Sha256 root) {
        public static final Seen NOTHING = new Seen(0, MerkleHash.empty());
    }

    /// Confirms a colleague's keys and gives them a role again.
    public HttpResponse<String> confirm(Hand colleague, Seen seen, long round)
            throws IOException, InterruptedException {
        CustodyEvent.Founder them = colleague.me();
        String person = them.person().hex();
        Role role = them.roles().getFirst();
        Json.Obj body =
                Json.object()
                        .with("person", person)
                        .with("fingerprint", Trust.fingerprint(them.key(), them.recipient()));
        Json.Obj given = body.with("role", role.word());
        byte[] nonce = new byte[32];
        ThreadLocalRandom.current().nextBytes(nonce);
        Json.Obj request =
                Json.object()
                        .with(
                                "confirmed",
                                signed(
                                        said("person.confirmed", person, body),
                                        nonce,
                                        Optional.empty(),
                                        seen,
                                        round))
                        .with(
                                "roleGiven",
                                signed(
                                                said("person.role-given", person, given),
                                                nonce,
                                                Optional.of(role),
                                                seen,
                                                round)
                                        .with("role", role.word()));
        return ask("POST", "desk", "/api/people/" + person + "/confirm", text(request));
    }

    private Said said(String kind, String subject, Json.Obj body) throws IOException {
        return new Said(
                kind,
                subject,
                Sha256.of(CanonicalJson.encode(body)),
                Optional.empty(),
                Optional.of(me().roles().getFirst()),
                0);
    }

    private Json.Obj signed(Said said, byte[] nonce, Optional<Role> given, Seen seen, long round)
            throws IOException {
        try (KeyFile keys = keys()) {
            Statement statement =
                    Statement.sign(
                            new Statement.Claims(
                                    genesis().opened().origin(),
                                    said.kind(),
                                    said.subject(),
                                    round,
                                    said.decision(),
                                    given,
                                    said.digest(),
                                    1,
                                    said.role(),
                                    me().key(),
                                    seen.size(),
                                    seen.root(),
                                    Clock.systemUTC()
                                            .instant()
                                            .plusSeconds(said.late())
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString()),
                            keys.signingSeed());
            return Json.object().with("nonce", Hex.of(nonce)).with("statement", statement.json());
        }
    }

    public KeyFile keys() throws IOException {
        return newsroom.keys(DemoPeople.named(name));
    }

    /// As the genesis knows this person.
    public CustodyEvent.Founder me() throws IOException {
        if (me == null) {
            try (KeyFile keys = keys()) {
                Id person = Id.parse(keys.person());
                me =
                        genesis().opened().people().stream()
                                .filter(founder -> founder.person().equals(person))
                                .findFirst()
                                .orElseThrow();
            }
        }
        return me;
    }

    public Genesis genesis() throws IOException {
        return Genesis.parse(Files.readAllBytes(newsroom.genesis()));
    }

    public static String text(Json.Obj json) {
        return new String(CanonicalJson.encode(json), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
