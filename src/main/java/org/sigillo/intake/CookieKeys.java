package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.sealing.SealedCookie;

/// The keys of the hour that seal sessions. Shared between replicas by one UNLOGGED table, and
/// destroyed after 25 hours: nobody can open an older cookie again, not even with the database.
@ApplicationScoped
class CookieKeys {
    private static final long KEPT_HOURS = 25;
    private static final int KEY = 32;

    private final DataSource database;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ConcurrentMap<Long, SecretBytes> keys = new ConcurrentHashMap<>();

    CookieKeys(DataSource database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    String seal(byte[] text, String context) {
        return SealedCookie.seal(ofThisHour(), text, context, random);
    }

    Optional<byte[]> open(String cookie, String context) {
        long hour = hour();
        for (long at = hour; at > hour - KEPT_HOURS; at--) {
            Optional<SecretBytes> key = known(at);
            Optional<byte[]> text =
                    key.flatMap(secret -> SealedCookie.open(secret, cookie, context));
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    private long hour() {
        return clock.instant().getEpochSecond() / Duration.ofHours(1).toSeconds();
    }

    private SecretBytes ofThisHour() {
        long hour = hour();
        SecretBytes key = keys.get(hour);
        return key != null ? key : make(hour);
    }

    private Optional<SecretBytes> known(long hour) {
        SecretBytes key = keys.get(hour);
        if (key == null) {
            load();
            key = keys.get(hour);
        }
        return Optional.ofNullable(key);
    }

    private synchronized SecretBytes make(long hour) {
        byte[] fresh = new byte[KEY];
        random.nextBytes(fresh);
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "INSERT INTO intake_cookie_key (hour, value) VALUES (?, ?) ON"
                                        + " CONFLICT DO NOTHING");
                PreparedStatement forget =
                        connection.prepareStatement(
                                "DELETE FROM intake_cookie_key WHERE hour <= ?")) {
            insert.setLong(1, hour);
            insert.setBytes(2, fresh);
            insert.executeUpdate();
            forget.setLong(1, hour - KEPT_HOURS);
            forget.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the keys of the hour cannot be written", e);
        }
        load();
        SecretBytes key = keys.get(hour);
        if (key == null) {
            throw new IllegalStateException("the key of the hour is gone");
        }
        return key;
    }

    /// Takes in what other replicas made, and forgets what is old.
    private synchronized void load() {
        long oldest = hour() - KEPT_HOURS;
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT hour, value FROM intake_cookie_key WHERE hour > ?")) {
            select.setLong(1, oldest);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.putIfAbsent(rows.getLong(1), SecretBytes.takeOwnership(rows.getBytes(2)));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the keys of the hour cannot be read", e);
        }
        for (Map.Entry<Long, SecretBytes> key : keys.entrySet()) {
            if (key.getKey() <= oldest && keys.remove(key.getKey(), key.getValue())) {
                key.getValue().close();
            }
        }
    }
}
