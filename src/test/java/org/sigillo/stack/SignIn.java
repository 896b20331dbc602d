package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sigillo.bytes.Sha256;

/// Signs a demo person in at the real Keycloak as a browser would: code flow with PKCE through the login form.
public class SignIn {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");
    private static final Pattern TOKEN =
            Pattern.compile("\"(access_token|id_token)\":\"([^\"]+)\"");

    private static final Pattern SETTING_UP =
            Pattern.compile("name=\"totpSecret\" value=\"([^\"]+)\"");

    private final Newsroom newsroom;
    private final String client;
    // Keycloak's cookies are Secure, which browsers send to loopback without TLS and Java's own jar
    // does not.
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    public SignIn(Newsroom newsroom) {
        this(newsroom, "sigillo-desk");
    }

    /// As another client: `sigillo-tests` has the newsroom's strict sign-in.
    public SignIn(Newsroom newsroom, String client) {
        this.newsroom = newsroom;
        this.client = client;
    }

    /// The access token of a person, for `Authorization: Bearer`.
    public String accessToken(String person) throws IOException, InterruptedException {
        return tokens(person).get("access_token");
    }

    /// Access and ID token of a person.
    public Map<String, String> tokens(String person) throws IOException, InterruptedException {
        String verifier = Sha256.of(person.getBytes(StandardCharsets.UTF_8)).hex();
        HttpResponse<String> answer = further(person, answerToPassword(person, verifier));
        Matcher code =
                Pattern.compile("[?&]code=([^&]+)")
                        .matcher(answer.headers().firstValue("Location").orElse(""));
        if (!code.find()) {
            throw new IOException("no code: " + answer.statusCode() + " " + answer.body());
        }
        HttpResponse<String> given =
                post(
                        newsroom.realm() + "/protocol/openid-connect/token",
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                URLDecoder.decode(code.group(1), StandardCharsets.UTF_8),
                                "redirect_uri",
                                redirect(),
                                "client_id",
                                client,
                                "client_secret",
                                newsroom.clientSecret(),
                                "code_verifier",
                                verifier));
        Map<String, String> tokens = new LinkedHashMap<>();
        Matcher token = TOKEN.matcher(given.body());
        while (token.find()) {
            tokens.put(token.group(1), token.group(2));
        }
        if (tokens.size() != 2) {
            throw new IOException("no token: " + given.statusCode() + " " + given.body());
        }
        return tokens;
    }

    /// What Keycloak says once name and password are right: a redirect with a code, or the page of a further step.
    HttpResponse<String> answerToPassword(String person, String verifier)
            throws IOException, InterruptedException {
        cookies.clear();
        String challenge =
                java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                Sha256.of(verifier.getBytes(StandardCharsets.US_ASCII)).bytes());
        HttpResponse<String> page =
                get(
                        newsroom.realm()
                                + "/protocol/openid-connect/auth?"
                                + form(
                                        Map.of(
                                                "response_type", "code",
                                                "scope", "openid",
                                                "client_id", client,
                                                "redirect_uri", redirect(),
                                                "state", "none",
                                                "code_challenge", challenge,
                                                "code_challenge_method", "S256")));
        return filled(
                page,
                Map.of(
                        "username",
                        person,
                        "password",
                        newsroom.password(DemoPeople.named(person))));
    }

    /// A one-time code, where Keycloak wants one after the password; it is set up at the first time.
    private HttpResponse<String> further(String person, HttpResponse<String> answer)
            throws IOException, InterruptedException {
        Optional<Authenticator> asked = newsroom.authenticator(DemoPeople.named(person));
        if (asked.isEmpty()) {
            return answer;
        }
        Authenticator authenticator = asked.get();
        Matcher fresh = SETTING_UP.matcher(answer.body());
        if (!fresh.find()) {
            return filled(answer, Map.of("otp", authenticator.code()));
        }
        String secret = fresh.group(1);
        authenticator.setUp(secret);
        return filled(
                answer,
                Map.of("totp", authenticator.code(), "totpSecret", secret, "userLabel", "test"));
    }

    /// The page that an answer leads to, unless it leads away from Keycloak.
    private HttpResponse<String> followed(HttpResponse<String> answer)
            throws IOException, InterruptedException {
        String next = answer.headers().firstValue("Location").orElse("");
        return next.startsWith(newsroom.keycloak().toString()) ? get(next) : answer;
    }

    /// Sends the form of a page of Keycloak's.
    private HttpResponse<String> filled(HttpResponse<String> page, Map<String, String> fields)
            throws IOException, InterruptedException {
        Matcher action = FORM.matcher(page.body());
        if (!action.find()) {
            throw new IOException("no form: " + page.statusCode() + " " + page.body());
        }
        return followed(post(action.group(1).replace("&amp;", "&"), fields));
    }

    private String redirect() {
        return newsroom.door("desk") + "signed-in";
    }

    private HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri)));
    }

    private HttpResponse<String> post(String uri, Map<String, String> fields)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form(fields))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String set : answer.headers().allValues("Set-Cookie")) {
            String[] pair = set.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return answer;
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        field.getKey()
                                + "="
                                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
