package org.sigillo.stack;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs in as the newsroom's realm wants it: with a one-time code (RFC 6238), which is set up at the first time and kept in
/// a file as an authenticator would.
final class StrictSignIn extends SignIn {
    private static final Pattern SETTING_UP =
            Pattern.compile("name=\"totpSecret\" value=\"([^\"]+)\"");
    private static final long STEP = 30;

    private final Path authenticators;
    private final InstantSource clock;

    StrictSignIn(Newsroom newsroom, Path authenticators, InstantSource clock) {
        super(newsroom);
        this.authenticators = authenticators;
        this.clock = clock;
    }

    @Override
    HttpResponse<String> further(String person, HttpResponse<String> answer)
            throws IOException, InterruptedException {
        Path authenticator = authenticators.resolve(person + ".totp");
        Matcher fresh = SETTING_UP.matcher(answer.body());
        if (fresh.find()) {
            String secret = fresh.group(1);
            Files.writeString(authenticator, secret);
            return filled(
                    answer,
                    Map.of(
                            "totp",
                            fresh(authenticator),
                            "totpSecret",
                            secret,
                            "userLabel",
                            "test"));
        }
        return filled(answer, Map.of("otp", fresh(authenticator)));
    }

    /// A code that was not used yet: no code is taken twice, but the next one is taken early.
    private String fresh(Path authenticator) throws IOException {
        List<String> known = Files.readAllLines(authenticator);
        long step = clock.instant().getEpochSecond() / STEP;
        if (known.size() > 1) {
            step = Math.max(step, Long.parseLong(known.get(1)) + 1);
        }
        Files.write(authenticator, List.of(known.getFirst(), Long.toString(step)));
        return code(known.getFirst(), step);
    }

    private static String code(String secret, long step) throws IOException {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "RAW"));
            byte[] digest = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
            int number =
                    ByteBuffer.wrap(digest).getInt(digest[digest.length - 1] & 0xf) & 0x7fffffff;
            return "%06d".formatted(number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
