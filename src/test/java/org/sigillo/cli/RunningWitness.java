package org.sigillo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sigillo.note.NoteVerifier;

/// `sigillo witness` in a process of its own, on a free port of the loopback.
public final class RunningWitness implements AutoCloseable {
    private final Process process;
    private final List<NoteVerifier> keys = new ArrayList<>();
    private URI address = URI.create("http://127.0.0.1/");

    private RunningWitness(Process process) {
        this.process = process;
    }

    public static RunningWitness start(Path folder, String name, List<NoteVerifier> logs)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "org.sigillo.cli.Sigillo",
                                "witness",
                                "--name=" + name,
                                "--key=" + folder.resolve("key"),
                                "--state=" + folder.resolve("state"),
                                "--listen=127.0.0.1:0"));
        logs.forEach(log -> command.add("--log=" + log.vkey()));
        RunningWitness witness =
                new RunningWitness(
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start());
        witness.listen();
        return witness;
    }

    private void listen() throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("key ")) {
                keys.add(NoteVerifier.parse(line.substring(8)));
            }
            if (line.startsWith("listens ")) {
                address = URI.create(line.substring(8));
                return;
            }
        }
        throw new IOException("the witness ended before it listened");
    }

    public URI address() {
        return address;
    }

    public List<NoteVerifier> keys() {
        return keys;
    }

    /// Lines of a policy in which this witness stands with both its keys.
    public String policy(String name) {
        return "witness %s-a %s %s\nwitness %s-b %s %s\ngroup %s any %s-a %s-b\n"
                .formatted(
                        name,
                        keys.getFirst().vkey(),
                        address,
                        name,
                        keys.getLast().vkey(),
                        address,
                        name,
                        name,
                        name);
    }

    /// As a power cut would.
    public void kill() {
        process.destroyForcibly();
        close();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
