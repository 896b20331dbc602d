package org.sigillo.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/// Loopback ports of one stack: those of the last start if they are free, else the preferred ones, else any. A port is
/// held by a lock in the cache folder from its choice to the end, so two stacks that start at once never choose the same.
final class Ports implements AutoCloseable {
    /// Below those that the system gives to connections: whoever is away for a moment would find its port taken by one.
    private static final int LOWEST = 10_000;

    private static final int HIGHEST = 32_000;
    private static final int ANY = 0;

    private final Path locks;
    private final Path memory;
    private final Properties before = new Properties();
    private final Properties now = new Properties();
    private final List<FileChannel> held = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private Ports(Path locks, Path memory) {
        this.locks = locks;
        this.memory = memory;
    }

    static Ports of(DataFolder data, Path cache) throws IOException {
        Ports ports =
                new Ports(
                        Files.createDirectories(cache.resolve("ports")),
                        data.path("run").resolve("ports.properties"));
        if (Files.exists(ports.memory)) {
            try (var in = Files.newBufferedReader(ports.memory)) {
                ports.before.load(in);
            }
        }
        return ports;
    }

    /// A port for one part; `preferred` 0 means any.
    int choose(String part, int preferred) throws IOException {
        int last = Integer.parseInt(before.getProperty(part, "0"));
        int wanted = last != ANY ? last : preferred;
        int port = wanted != ANY && hold(wanted) ? wanted : another(preferred, wanted);
        if (wanted != ANY && port != wanted) {
            remarks.add(
                    "Port " + wanted + " is busy: " + part + " is at " + port + " from now on.");
        }
        now.setProperty(part, Integer.toString(port));
        try (var out = Files.newBufferedWriter(memory)) {
            now.store(out, null);
        }
        return port;
    }

    List<String> remarks() {
        return List.copyOf(remarks);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : held) {
            channel.close();
        }
    }

    private int another(int preferred, int refused) throws IOException {
        if (preferred != ANY && preferred != refused && hold(preferred)) {
            return preferred;
        }
        for (int attempt = 0; attempt < 50; attempt++) {
            int port = probe(LOWEST + ThreadLocalRandom.current().nextInt(HIGHEST - LOWEST));
            if (port > 0 && hold(port)) {
                return port;
            }
        }
        throw new Refused("No free port on 127.0.0.1.");
    }

    private boolean hold(int port) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        locks.resolve(Integer.toString(port)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (lock(channel) && probe(port) == port) {
            held.add(channel);
            return true;
        }
        channel.close();
        return false;
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        }
    }

    private static int probe(int port) {
        try (ServerSocket socket =
                new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException busy) {
            return -1;
        }
    }
}
