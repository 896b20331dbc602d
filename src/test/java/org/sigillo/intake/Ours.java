package org.sigillo.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.sigillo.stack.DataFolder;
import org.sigillo.stack.Stack;

/// The whole of Sigillo, its application compiled for long use and with a heap of 256 MB, as everywhere.
final class Ours implements Receiver {
    private final String name;
    private final DataFolder data;
    private final Stack stack;

    private Ours(String name, DataFolder data, Stack stack) {
        this.name = name;
        this.data = data;
        this.stack = stack;
    }

    static Ours onFolder(Path folder) throws IOException, SQLException, InterruptedException {
        return start("Sigillo, folder", folder, Map.of());
    }

    /// @param store the settings of an S3 store, without their prefix
    static Ours onStore(Path folder, Map<String, String> store)
            throws IOException, SQLException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        store.forEach((name, value) -> settings.put("sigillo.vault.s3." + name, value));
        settings.put("sigillo.vault.s3.patience-seconds", "60");
        settings.put("sigillo.vault.kind", "s3");
        settings.put(
                "sigillo.vault.spool",
                Files.createDirectories(folder.resolveSibling("spool")).toString());
        return start("Sigillo, MinIO", folder, settings);
    }

    private static Ours start(String name, Path folder, Map<String, String> settings)
            throws IOException, SQLException, InterruptedException {
        DataFolder data = DataFolder.open(folder, true);
        Stack stack = Stack.on(data, new SecureRandom());
        Ours ours = new Ours(name, data, stack);
        boolean started = false;
        try {
            settings.forEach(stack::setFirst);
            stack.setFirst("sigillo.intake.new-cases", "1000000");
            stack.start(true, step -> {});
            stack.restartAppForBulk();
            started = true;
            return ours;
        } finally {
            if (!started) {
                ours.close();
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long pid() {
        return stack.applicationPid();
    }

    @Override
    public Form form() throws IOException, InterruptedException {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            String host = "drop.localhost:" + stack.port();
            return new Form(
                    stack.port(),
                    "POST /en/submit HTTP/1.1\r\nHost: "
                            + host
                            + "\r\nOrigin: http://"
                            + host
                            + "\r\nConnection: close\r\nCookie: "
                            + source.cookie()
                            + "\r\n",
                    "files");
        }
    }

    @Override
    public double page() throws IOException, InterruptedException {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            long from = System.nanoTime();
            source.get("/en/before");
            return (System.nanoTime() - from) / 1e9;
        }
    }

    @Override
    public void forget() {
        // Evidence is kept.
    }

    @Override
    public void close() throws IOException {
        stack.close();
        data.close();
    }
}
