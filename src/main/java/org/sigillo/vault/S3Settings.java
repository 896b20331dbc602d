package org.sigillo.vault;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/// Where an S3 store is and how it is spoken to. `docs/operating.md` explains each setting.
///
/// @param endpoint `https://host[:port]`; `http` only where nobody else is on the way
/// @param settled bucket with versioning and Object Lock
/// @param staging bucket without either
/// @param accessKey of a user that may not bypass a retention; none: from the environment
/// @param authority certificates (PEM) to believe instead of the system's
/// @param pathStyle the bucket in the path, not in the host's name
/// @param lockRequired whether a store without Object Lock is refused
/// @param bypassAllowed whether a key is taken that can remove what is kept by governance
/// @param connections at most so many at once
/// @param patience with a connection, and with each read and write on it
record S3Settings(
        URI endpoint,
        String region,
        String settled,
        String staging,
        Optional<KeyPaths> accessKey,
        Optional<Path> authority,
        boolean pathStyle,
        boolean lockRequired,
        boolean bypassAllowed,
        int connections,
        Duration patience) {
    /// Files with the two halves of a key.
    record KeyPaths(Path id, Path secret) {}

    /// @param setting a setting's value by its name after `sigillo.vault.s3.`
    static S3Settings read(Function<String, Optional<String>> setting) {
        URI endpoint = URI.create(required(setting, "endpoint"));
        if (!"https".equals(endpoint.getScheme()) && !"http".equals(endpoint.getScheme())) {
            throw new IllegalArgumentException(
                    "sigillo.vault.s3.endpoint must be an address like https://s3.example:9000");
        }
        String settled = required(setting, "bucket");
        String staging = required(setting, "staging-bucket");
        if (settled.equals(staging)) {
            throw new IllegalArgumentException(
                    "sigillo.vault.s3.bucket and .staging-bucket must be two buckets: what is locked"
                            + " cannot be removed again");
        }
        Optional<String> idFile = setting.apply("access-key-file");
        Optional<KeyPaths> accessKey = Optional.empty();
        if (idFile.isPresent()) {
            Path secret = Path.of(required(setting, "secret-key-file"));
            accessKey = Optional.of(new KeyPaths(Path.of(idFile.get()), secret));
        }
        return new S3Settings(
                endpoint,
                setting.apply("region").orElse("us-east-1"),
                settled,
                staging,
                accessKey,
                setting.apply("ca-file").map(Path::of),
                setting.apply("path-style").map(Boolean::parseBoolean).orElse(true),
                setting.apply("lock-required").map(Boolean::parseBoolean).orElse(true),
                setting.apply("bypass-allowed").map(Boolean::parseBoolean).orElse(false),
                setting.apply("connections").map(Integer::parseInt).orElse(32),
                Duration.ofSeconds(
                        setting.apply("patience-seconds").map(Long::parseLong).orElse(30L)));
    }

    private static String required(Function<String, Optional<String>> setting, String name) {
        return setting.apply(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("sigillo.vault.s3." + name + " is missing"));
    }
}
