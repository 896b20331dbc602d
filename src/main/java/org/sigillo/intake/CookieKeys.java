package org.sigillo.intake;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.sealing.SealedCookie;

/// The keys of the hour that seal sessions. Shared between replicas by one UNLOGGED table, and
/// destroyed after 25 hours: nobody can open an older cookie again, not even with the database.
///
/// PostgreSQL empties such a table after a crash, and a standby that takes over has none of its rows: whoever still holds the
/// keys in memory puts them back. They are lost only if database and application go at once.
@ApplicationScoped
class CookieKeys {
    private static final long KEPT_HOURS = 25;
    private static final int KEY = 32;

    private final DataSource database;
    private final InstantSource clock;
    private final SecureRandom random;

    /// Of each hour the table's, and behind it those that were in use before a crash emptied the table and another replica was first to
    /// make one.
    private final ConcurrentNavigableMap<Long, List<SecretBytes>> keys =
            new ConcurrentSkipListMap<>();

    /// How often the table was read, and in which hour last.
    private final AtomicLong loads = new AtomicLong();

    private final AtomicLong loaded = new AtomicLong(-1);

    CookieKeys(DataSource database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    String seal(byte[] text, String context) {
        return SealedCookie.seal(ofThisHour(), text, context, random);
    }

    /// Tries every key that is known, the newest first; the table is asked at most once, and only
    /// while it may have a key that is not known here.
    Optional<byte[]> open(String cookie, String context) {
        long asked = loads.get();
        Optional<byte[]> text = tried(cookie, context);
        if (text.isPresent() || complete()) {
            return text;
        }
        loadUnlessSince(asked);
        return tried(cookie, context);
    }

    private Optional<byte[]> tried(String cookie, String context) {
        long oldest = hour() - KEPT_HOURS;
        return keys.tailMap(oldest, false).descendingMap().values().stream()
                .flatMap(List::stream)
                .map(secret -> SealedCookie.open(secret, cookie, context))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /// Keys are made in their own hour only: once this hour's is known, all before it are as they
    /// stood when the table was read in this hour.
    private boolean complete() {
        long hour = hour();
        return loaded.get() == hour && keys.containsKey(hour);
    }

    /// Requests that come together read the table once.
    private synchronized void loadUnlessSince(long asked) {
        if (loads.get() == asked) {
            load();
        }
    }

    /// Destroys what is too old, whether or not anybody comes.
    @Scheduled(every = "10m", delayed = "10m")
    void forget() {
        try (Connection connection = database.getConnection()) {
            forget(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("old keys of the hour cannot be destroyed", e);
        }
        load();
    }

    private void forget(Connection connection) throws SQLException {
        try (PreparedStatement forget =
                connection.prepareStatement("DELETE FROM intake_cookie_key WHERE hour <= ?")) {
            forget.setLong(1, hour() - KEPT_HOURS);
            forget.executeUpdate();
        }
    }

    private long hour() {
        return clock.instant().getEpochSecond() / Duration.ofHours(1).toSeconds();
    }

    private SecretBytes ofThisHour() {
        long hour = hour();
        List<SecretBytes> key = keys.get(hour);
        return key != null ? key.getFirst() : make(hour);
    }

    private synchronized SecretBytes make(long hour) {
        byte[] fresh = new byte[KEY];
        random.nextBytes(fresh);
        try (Connection connection = database.getConnection()) {
            insert(connection, hour, fresh);
            forget(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the keys of the hour cannot be written", e);
        }
        load();
        List<SecretBytes> key = keys.get(hour);
        if (key == null) {
            throw new IllegalStateException("the key of the hour is gone");
        }
        return key.getFirst();
    }

    private static void insert(Connection connection, long hour, byte[] key) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO intake_cookie_key (hour, value) VALUES (?, ?) ON CONFLICT DO"
                                + " NOTHING")) {
            insert.setLong(1, hour);
            insert.setBytes(2, key);
            insert.executeUpdate();
        }
    }

    /// Puts back what a crash of the database has taken out of the table; where another replica was first, its key is the hour's.
    @Scheduled(every = "10s", delayed = "10s")
    synchronized void keep() {
        try (Connection connection = database.getConnection()) {
            Set<Long> there = hours(connection);
            for (Map.Entry<Long, List<SecretBytes>> mine :
                    keys.tailMap(hour() - KEPT_HOURS, false).entrySet()) {
                if (!there.contains(mine.getKey())) {
                    byte[] key = mine.getValue().getFirst().bytes();
                    insert(connection, mine.getKey(), key);
                    Arrays.fill(key, (byte) 0);
                }
            }
        } catch (SQLException e) {
            // Health says that the database is away; the next turn is in ten seconds.
            return;
        }
        load();
    }

    private static Set<Long> hours(Connection connection) throws SQLException {
        Set<Long> hours = new HashSet<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT hour FROM intake_cookie_key");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                hours.add(rows.getLong(1));
            }
        }
        return hours;
    }

    /// Takes in what other replicas made, and forgets what is old.
    private synchronized void load() {
        long hour = hour();
        long oldest = hour - KEPT_HOURS;
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT hour, value FROM intake_cookie_key WHERE hour > ?")) {
            select.setLong(1, oldest);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    SecretBytes read = SecretBytes.takeOwnership(rows.getBytes(2));
                    if (keys.merge(rows.getLong(1), List.of(read), CookieKeys::first).getFirst()
                            != read) {
                        read.close();
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the keys of the hour cannot be read", e);
        }
        loads.incrementAndGet();
        loaded.set(hour);
        for (Map.Entry<Long, List<SecretBytes>> key : keys.entrySet()) {
            if (key.getKey() <= oldest && keys.remove(key.getKey(), key.getValue())) {
                key.getValue().forEach(SecretBytes::close);
            }
        }
    }

    /// The table's key before those that were held of its hour.
    private static List<SecretBytes> first(List<SecretBytes> held, List<SecretBytes> read) {
        SecretBytes key = read.getFirst();
        if (held.getFirst().equalsSecret(key)) {
            return held;
        }
        List<SecretBytes> all = new ArrayList<>(read);
        held.stream().filter(it -> !it.equalsSecret(key)).forEach(all::add);
        return List.copyOf(all);
    }
}
