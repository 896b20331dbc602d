package org.sigillo.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A person's authenticator: one-time codes (RFC 6238) of a secret that it was shown once, kept in a file.
final class Authenticator {
    private static final long STEP = 30;

    private final Path file;
    private final InstantSource clock;

    Authenticator(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    void setUp(String secret) throws IOException {
        Files.writeString(file, secret);
    }

    /// A code that was not used yet: no code is taken twice, but the next one is taken early. Waits for a third.
    String code() throws IOException, InterruptedException {
        List<String> known = Files.readAllLines(file);
        long used = known.size() > 1 ? Long.parseLong(known.get(1)) : 0;
        while (used > now()) {
            Thread.sleep(500);
        }
        long step = Math.max(now(), used + 1);
        Files.write(file, List.of(known.getFirst(), Long.toString(step)));
        return code(known.getFirst(), step);
    }

    private long now() {
        return clock.instant().getEpochSecond() / STEP;
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
