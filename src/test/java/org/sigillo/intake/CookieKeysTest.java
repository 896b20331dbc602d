package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.sealing.SealedCookie;
import org.sigillo.stack.Database;

/// The keys of the hour, in their real table, on a clock that the test turns.
class CookieKeysTest {
    private static final byte[] TEXT = "a session".getBytes(StandardCharsets.UTF_8);
    private static Database database;

    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger connections = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final InstantSource clock = () -> now;

    @BeforeAll
    static void start() throws IOException, SQLException {
        database = Database.start();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection connection = database.owner().getConnection();
                Statement delete = connection.createStatement()) {
            delete.execute("DELETE FROM intake_cookie_key");
        }
    }

    @Test
    void open_what_any_replica_sealed_in_the_last_hours() {
        CookieKeys one = keys();
        CookieKeys other = keys();
        String cookie = one.seal(TEXT, "session");
        assertThat(other.open(cookie, "session")).hasValue(TEXT);
        now = now.plus(Duration.ofHours(24));
        assertThat(keys().open(cookie, "session")).hasValue(TEXT);
        now = now.plus(Duration.ofHours(1));
        assertThat(one.open(cookie, "session")).isEmpty();
        assertThat(keys().open(cookie, "session")).isEmpty();
    }

    @Test
    void are_destroyed_after_25_hours_even_if_nobody_comes() throws SQLException {
        CookieKeys keys = keys();
        keys.seal(TEXT, "session");
        now = now.plus(Duration.ofHours(24));
        keys.forget();
        assertThat(rows()).isEqualTo(1);
        now = now.plus(Duration.ofHours(1));
        keys.forget();
        assertThat(rows()).isZero();
    }

    @Test
    void ask_the_table_once_for_a_cookie_that_fits_none_and_not_at_all_once_all_are_known() {
        String foreign =
                SealedCookie.seal(SecretBytes.takeOwnership(new byte[32]), TEXT, "session", random);
        CookieKeys keys = keys();
        assertThat(keys.open(foreign, "session")).isEmpty();
        assertThat(connections).hasValue(1);
        keys.seal(TEXT, "session");
        connections.set(0);
        assertThat(keys.open(foreign, "session")).isEmpty();
        assertThat(connections).hasValue(0);
        now = now.plus(Duration.ofHours(1));
        assertThat(keys.open(foreign, "session")).isEmpty();
        assertThat(connections).hasValue(1);
    }

    /// PostgreSQL empties an UNLOGGED table when it starts after a crash, and a standby has none of its rows.
    @Test
    void come_back_into_a_table_that_a_crash_has_emptied_and_no_older_ones_with_them()
            throws SQLException {
        CookieKeys keys = keys();
        String old = keys.seal(TEXT, "session");
        now = now.plus(Duration.ofHours(24));
        String cookie = keys.seal(TEXT, "session");
        empty();
        keys.keep();
        assertThat(rows()).isEqualTo(2);
        assertThat(keys().open(old, "session")).hasValue(TEXT);
        assertThat(keys().open(cookie, "session")).hasValue(TEXT);
        now = now.plus(Duration.ofHours(1));
        empty();
        keys.keep();
        assertThat(rows()).isEqualTo(1);
        assertThat(keys().open(old, "session")).isEmpty();
        assertThat(keys().open(cookie, "session")).hasValue(TEXT);
    }

    @Test
    void of_two_replicas_agree_again_after_a_crash_and_open_what_each_has_sealed()
            throws SQLException {
        CookieKeys one = keys();
        String before = one.seal(TEXT, "session");
        empty();
        // Did not know this hour's, and finds none.
        CookieKeys other = keys();
        String between = other.seal(TEXT, "session");
        one.keep();
        other.keep();
        assertThat(one.open(before, "session")).hasValue(TEXT);
        assertThat(one.open(between, "session")).hasValue(TEXT);
        String after = one.seal(TEXT, "session");
        assertThat(other.open(after, "session")).hasValue(TEXT);
        assertThat(keys().open(after, "session")).hasValue(TEXT);
    }

    @Test
    void ask_the_table_for_what_is_sealed_by_a_key_that_another_replica_made_this_hour()
            throws SQLException {
        CookieKeys one = keys();
        one.seal(TEXT, "session");
        empty();
        String between = keys().seal(TEXT, "session");
        one.keep();
        connections.set(0);
        assertThat(one.open(between, "session")).hasValue(TEXT);
        assertThat(connections).as("known by then").hasValue(0);
    }

    private CookieKeys keys() {
        DataSource real = database.app();
        DataSource counted =
                (DataSource)
                        Proxy.newProxyInstance(
                                CookieKeysTest.class.getClassLoader(),
                                new Class<?>[] {DataSource.class},
                                (proxy, method, arguments) -> {
                                    connections.incrementAndGet();
                                    return method.invoke(real, arguments);
                                });
        return new CookieKeys(counted, clock, random);
    }

    private static long rows() throws SQLException {
        try (Connection connection = database.owner().getConnection();
                Statement count = connection.createStatement();
                ResultSet rows = count.executeQuery("SELECT count(*) FROM intake_cookie_key")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
