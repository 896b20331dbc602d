package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The running parts. [#start] returns when all of them answer; [#close] may be called from another thread at any moment,
/// also while it starts, and returns when nothing is left running.
public final class Stack implements Newsroom, AutoCloseable {
    /// Of the tests, in seconds.
    public static final int BEAT = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final DataFolder data;
    private final Path cache;
    private final Secrets secrets;
    private final Ports ports;
    private final SecureRandom random;
    private final Map<String, String> first = new HashMap<>();
    private volatile boolean ending;
    private volatile @Nullable Thread starting;

    /// Whether the start may be interrupted: it waits for a PostgreSQL, which is made anew where it was not ready.
    private volatile boolean waits;

    private volatile @Nullable Postgres postgres;
    private volatile @Nullable Child keycloak;
    private volatile @Nullable Outsiders outsiders;
    private volatile @Nullable Application application;
    private int http;
    private int management;
    private int keycloakPort;
    private int postgresPort;

    private Stack(DataFolder data, Path cache, Ports ports, SecureRandom random)
            throws IOException {
        this.data = data;
        this.cache = cache;
        this.secrets = Secrets.of(data, random);
        this.ports = ports;
        this.random = random;
    }

    /// A stack that has not started, so that whoever stops it can hold it first. Preferred ports are for people; tests
    /// take any.
    public static Stack on(DataFolder data, SecureRandom random) throws IOException {
        Path cache = Files.createDirectories(cache());
        return new Stack(data, cache, Ports.of(data, cache), random);
    }

    /// `${XDG_CACHE_HOME:-~/.cache}/sigillo`: programs that were unpacked or built for all stacks.
    public static Path cache() {
        String given = System.getenv("XDG_CACHE_HOME");
        Path base =
                given == null || given.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(given);
        return base.resolve("sigillo");
    }

    /// Starts the parts, saying each to `progress`. Keycloak takes longest: what does not need it starts meanwhile.
    public void start(boolean tests, Consumer<String> progress)
            throws IOException, SQLException, InterruptedException {
        starting = Thread.currentThread();
        try {
            http = ports.choose("application", tests ? 0 : 8090);
            keycloakPort = ports.choose("keycloak", tests ? 0 : 8091);
            management = ports.choose("management", tests ? 0 : 8092);
            postgresPort = ports.choose("postgres", tests ? 0 : 8093);
            ports.remarks().forEach(progress);
            step("PostgreSQL", progress);
            waits = true;
            Postgres database = Postgres.start(data, secrets, postgresPort, cache);
            waits = false;
            postgres = database;
            step("Keycloak", progress);
            Child identity = Keycloak.start(data, secrets, database, keycloakPort, cache, tests);
            keycloak = identity;
            step("migrations and genesis", progress);
            database.migrate();
            // Tests wait for many beats; who looks at the demo has time to see that there is one.
            DemoGenesis.prepare(data, tests ? BEAT : 10);
            step("a witness and a time stamp authority", progress);
            Outsiders others = outsiders(tests);
            outsiders = others;
            step("the application", progress);
            Application.configure(data, secrets, database, http, management, keycloakPort);
            Application app = new Application(data, management, tests);
            first.forEach(app::set);
            application = app;
            app.launch();
            Wait.until(Keycloak.realm(keycloakPort), identity, PATIENCE, () -> ending);
            identity.isReady();
            others.await(() -> ending);
            app.await(() -> ending);
        } finally {
            starting = null;
        }
    }

    private Outsiders outsiders(boolean tests) throws IOException, InterruptedException {
        int witness = ports.choose("witness", tests ? 0 : 8094);
        int authority = ports.choose("authority", tests ? 0 : 8095);
        return Outsiders.start(data, witness, authority, random, () -> ending);
    }

    @Override
    public URI application() {
        return URI.create("http://127.0.0.1:" + http);
    }

    @Override
    public URI door(String name) {
        return URI.create("http://" + name + ".localhost:" + http + "/");
    }

    public URI management() {
        return URI.create("http://127.0.0.1:" + management);
    }

    @Override
    public URI keycloak() {
        return Keycloak.address(keycloakPort);
    }

    public int port() {
        return http;
    }

    public DataFolder data() {
        return data;
    }

    @Override
    public Path genesis() {
        return DemoGenesis.genesis(data);
    }

    /// Whom to believe as a witness, for `--policy`.
    public Path witnessPolicy() {
        return Outsiders.policy(data);
    }

    /// Whom to believe as a time stamp authority, for `--roots`.
    public Path authorityRoots() {
        return Outsiders.roots(data);
    }

    public String password(String name) throws IOException {
        return secrets.password(name);
    }

    @Override
    public String clientSecret() throws IOException {
        return password("oidc-client");
    }

    @Override
    public String password(DemoPeople.Person person) {
        return person.password();
    }

    @Override
    public Path keyFile(DemoPeople.Person person) {
        return data.path("keys").resolve(person.name() + ".age");
    }

    @Override
    public String passphrase(DemoPeople.Person person) {
        return person.passphrase();
    }

    public List<String> remarks() {
        return ports.remarks();
    }

    public DataSource asSuperuser() {
        return part(postgres).as("postgres", "sigillo");
    }

    /// The one value that a query as superuser gives.
    public String asked(String query) throws SQLException {
        try (Connection connection = asSuperuser().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    DataSource asSuperuser(String database) {
        return part(postgres).as("postgres", database);
    }

    public DataSource asOwner() {
        return part(postgres).as("sigillo_owner", "sigillo");
    }

    public DataSource asApplication() {
        return part(postgres).as("sigillo_app", "sigillo");
    }

    public long applicationPid() {
        return part(application).pid();
    }

    /// Ends the application in order and starts it again on the same data.
    public void restartApp() throws IOException, InterruptedException {
        part(application).stop();
        startApp();
    }

    /// A setting of the application from its first start on, which is still to come.
    public void setFirst(String setting, String value) {
        first.put(setting, value);
    }

    /// A setting of the application from its next start on.
    public void set(String setting, String value) {
        part(application).set(setting, value);
    }

    /// Starts the application again with these settings besides, in place of those that it had from here before.
    public void besides(Map<String, String> settings) throws IOException, InterruptedException {
        part(application).besides(settings);
        restartApp();
    }

    /// Starts the application again, compiled for whoever moves much data.
    public void restartAppForBulk() throws IOException, InterruptedException {
        part(application).thorough();
        restartApp();
    }

    /// Kills the application (SIGKILL); [#startApp] brings it back.
    public void killApp() {
        part(application).kill();
    }

    public void startApp() throws IOException, InterruptedException {
        part(application).start(() -> ending);
    }

    /// Kills PostgreSQL (SIGKILL), and with it what it had not written; [#startDatabase] brings it back.
    public void killDatabase() throws IOException {
        Leftovers.killPostgres(data);
    }

    public void startDatabase() throws IOException, SQLException {
        postgres = Postgres.start(data, secrets, postgresPort, cache);
    }

    /// Waits until Keycloak signs people in again, whose database has been away: it finds out one by one, each at somebody's cost, that
    /// the connections it had are gone.
    public void awaitSignIn() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int good = 0; good < 5; ) {
            try {
                new SignIn(this).accessToken("rosa");
                good++;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                good = 0;
                Thread.sleep(200);
            }
        }
    }

    /// Kills the witness (SIGKILL); [#startWitness] brings it back.
    public void killWitness() {
        part(outsiders).killWitness();
    }

    public void startWitness() throws IOException, InterruptedException {
        part(outsiders).startWitness(() -> ending);
    }

    @Override
    public void close() throws IOException {
        ending = true;
        stop();
        for (Thread thread = starting; thread != null && thread.isAlive(); thread = starting) {
            if (waits) {
                thread.interrupt();
            }
            join(thread);
            Leftovers.end(data);
        }
        stop();
        Leftovers.end(data);
        ports.close();
        data.close();
    }

    private void stop() throws IOException {
        Application app = application;
        if (app != null) {
            app.stop();
        }
        Child identity = keycloak;
        if (identity != null) {
            identity.stop();
        }
        Outsiders others = outsiders;
        if (others != null) {
            others.stop();
        }
        Postgres database = postgres;
        if (database != null) {
            database.stop();
        }
    }

    /// Waits until a part has died by itself.
    ///
    /// @return which, and where its last words are
    String awaitDeath() throws IOException, InterruptedException {
        while (true) {
            Thread.sleep(Duration.ofSeconds(1));
            for (Child part : parts()) {
                if (!part.isAlive() && !ending) {
                    return String.valueOf(
                            part.failure("has ended by itself; the rest is stopped").getMessage());
                }
            }
        }
    }

    private List<Child> parts() {
        return List.of(part(keycloak), part(application).running(), part(outsiders).witness());
    }

    private void step(String part, Consumer<String> progress) throws InterruptedException {
        if (ending) {
            throw new InterruptedException("told to stop");
        }
        progress.accept("Starting " + part + " …");
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofMillis(300));
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T part(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the stack has not started");
        }
        return part;
    }

    /// Where the vault has this, until it settles.
    public Path object(String address) {
        return data.path("vault").resolve(".staging").resolve(address);
    }
}
