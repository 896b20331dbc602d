package org.sigillo.vault;

import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/// A real S3 server as a process of its own, in a folder of its own, on loopback.
public final class S3Server implements AutoCloseable {
    static final String USER = "sigillo-test";
    static final String PASSWORD = "only-for-this-test-run";

    private static final String REGION = "eu-central-1";

    /// The SDK's own reads every certificate that the environment names, for each client anew.
    private static final OkHttpClient HTTP =
            new OkHttpClient.Builder().connectionSpecs(List.of(ConnectionSpec.CLEARTEXT)).build();

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path folder;
    private final int port;
    private @Nullable Process process;
    private String password = PASSWORD;

    private S3Server(Path folder, int port, List<String> command, Map<String, String> environment) {
        this.folder = folder;
        this.port = port;
        this.command = command;
        this.environment = environment;
    }

    /// MinIO on one disk.
    public static S3Server minio(Path folder) throws IOException {
        int port = freePort();
        List<String> command = minioCommand(port);
        command.add(folder.resolve("data").toString());
        return new S3Server(folder, port, command, minioEnvironment());
    }

    /// MinIO that finds a bucket in the host's name, as far below this one.
    static S3Server byHost(Path folder, String domain) throws IOException {
        S3Server usual = minio(folder);
        usual.environment.put("MINIO_DOMAIN", domain);
        return usual;
    }

    /// The same server, once it is started again, by TLS: with `public.crt` and `private.key` of a folder.
    S3Server byTls(Path certificates) {
        command.addAll(List.of("--certs-dir", certificates.toString()));
        return this;
    }

    private static List<String> minioCommand(int port) throws IOException {
        return new ArrayList<>(
                List.of(
                        "minio",
                        "server",
                        "--quiet",
                        "--address",
                        "127.0.0.1:" + port,
                        "--console-address",
                        "127.0.0.1:" + freePort()));
    }

    /// MinIO on a disk of so many MiB, which goes when it ends.
    static S3Server small(Path folder, int megabytes) throws IOException {
        S3Server usual = minio(folder);
        Path data = Files.createDirectories(folder.resolve("data"));
        List<String> command = new ArrayList<>(OwnDisk.around(data, megabytes));
        command.addAll(usual.command);
        return new S3Server(folder, usual.port, command, usual.environment);
    }

    /// Versity's gateway over a folder: an S3 server that has nothing to do with MinIO.
    public static S3Server versity(Path folder) throws IOException {
        int port = freePort();
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("versions"));
        return new S3Server(
                folder,
                port,
                List.of(
                        "versitygw",
                        "--quiet",
                        "--region",
                        REGION,
                        "--port",
                        "127.0.0.1:" + port,
                        "posix",
                        "--versioning-dir",
                        folder.resolve("versions").toString(),
                        folder.resolve("data").toString()),
                Map.of("ROOT_ACCESS_KEY", USER, "ROOT_SECRET_KEY", PASSWORD));
    }

    /// One node of several that make one erasure-coded MinIO.
    static S3Server node(Path folder, int port, List<String> endpoints) throws IOException {
        List<String> command = minioCommand(port);
        command.addAll(endpoints);
        Map<String, String> environment = minioEnvironment();
        // Four nodes in one folder are one disk to it, which it would refuse. In a container it
        // waits
        // for names that are not of this machine alone, unless it is told which endpoint is its
        // own.
        environment.put("MINIO_CI_CD", "1");
        environment.put("KUBERNETES_SERVICE_HOST", "none");
        environment.put("_MINIO_SERVER_LOCAL", "0.0.0.0:" + port);
        return new S3Server(folder, port, command, environment);
    }

    private static Map<String, String> minioEnvironment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("MINIO_ROOT_USER", USER);
        environment.put("MINIO_ROOT_PASSWORD", PASSWORD);
        environment.put("MINIO_REGION", REGION);
        environment.put("MINIO_UPDATE", "off");
        environment.put("MINIO_CALLHOME_ENABLE", "off");
        return environment;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    S3Server launch() throws IOException {
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("HOME", folder.toString());
        Path log = folder.resolve(command.getFirst() + "-" + port + ".log");
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process = builder.start();
        return this;
    }

    /// Gives its user another secret. MinIO asks to be started again for that.
    void changePassword(String another) throws IOException {
        kill();
        environment.put("MINIO_ROOT_PASSWORD", another);
        password = another;
        start();
    }

    public S3Server start() throws IOException {
        launch().await();
        return this;
    }

    /// Until it lists its buckets.
    void await() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (MinioClient client = client()) {
                client.listBuckets();
                return;
            } catch (Exception e) {
                if (System.nanoTime() > end || !running()) {
                    throw new IOException(
                            command.getFirst() + " does not answer; its log is in " + folder, e);
                }
                sleep(100);
            }
        }
    }

    private boolean running() {
        return process != null && process.isAlive();
    }

    /// As a power cut would.
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Stops it for a while, connections and all.
    void pause(boolean paused) throws IOException {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        new ProcessBuilder("kill", paused ? "-STOP" : "-CONT", String.valueOf(process.pid()))
                .start()
                .onExit()
                .join();
    }

    /// Gives the disk of a small one so many MiB.
    void enlarge(int megabytes) throws IOException {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        int code =
                new ProcessBuilder(
                                "nsenter",
                                "--preserve-credentials",
                                "--user",
                                "--mount",
                                "--target",
                                String.valueOf(process.pid()),
                                "mount",
                                "-o",
                                "remount,size=" + megabytes + "m",
                                folder.resolve("data").toString())
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue();
        if (code != 0) {
            throw new IOException("the disk could not be enlarged");
        }
    }

    @Override
    public void close() {
        kill();
    }

    public long pid() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process.pid();
    }

    int port() {
        return port;
    }

    Path folder() {
        return folder;
    }

    public MinioClient client() {
        return MinioClient.builder()
                .endpoint("http://127.0.0.1:" + port)
                .region(REGION)
                .credentials(USER, password)
                .httpClient(HTTP)
                .build();
    }

    MinioAsyncClient asyncClient() {
        return MinioAsyncClient.builder()
                .endpoint("http://127.0.0.1:" + port)
                .region(REGION)
                .credentials(USER, password)
                .build();
    }

    /// Two new buckets, the second with Object Lock.
    public Map<String, String> buckets() throws IOException {
        int number = BUCKETS.incrementAndGet();
        Map<String, String> settings = new HashMap<>();
        settings.put("endpoint", "http://127.0.0.1:" + port);
        settings.put("region", REGION);
        settings.put("staging-bucket", "staging-" + number);
        settings.put("bucket", "settled-" + number);
        settings.put("access-key-file", secret("user", USER));
        settings.put("secret-key-file", secret("password", PASSWORD));
        settings.put("patience-seconds", "5");
        // These are the server's own keys.
        settings.put("bypass-allowed", "true");
        try (MinioClient client = client()) {
            client.makeBucket(
                    MakeBucketArgs.builder().bucket(settings.get("staging-bucket")).build());
            client.makeBucket(
                    MakeBucketArgs.builder()
                            .bucket(settings.get("bucket"))
                            .objectLock(true)
                            .build());
        } catch (MinioException e) {
            throw new IOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return settings;
    }

    /// A vault with what the settings say; its spool is in the server's folder.
    S3Vault open(Map<String, String> settings) throws IOException {
        return S3Vault.open(
                folder.resolve("spool"),
                0,
                InstantSource.system(),
                name -> Optional.ofNullable(settings.get(name)));
    }

    String secret(String name, String value) throws IOException {
        Path file = folder.resolve("secret-" + name + "-" + Math.abs(value.hashCode()));
        Files.writeString(file, value + "\n");
        return file.toString();
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
