package org.sigillo.ledger;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// A [Replica] in a process of its own.
final class RunningReplica {
    private final Process process;
    private final Thread reader;
    private final Collection<String> did;
    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch runs = new CountDownLatch(1);
    private volatile String complaint = "";

    private RunningReplica(Process process, Collection<String> did) {
        this.process = process;
        this.did = did;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /// A program that starts in a moment: jars alone, and its classes as a first process had them when it
    /// ended (the JDK's class data sharing takes no folders).
    ///
    /// @param errors what replicas complain of
    record Program(List<String> options, Path errors) {
        /// @param arguments of a replica on a ledger that is begun anew afterwards
        static Program of(Path folder, List<String> arguments)
                throws IOException, InterruptedException {
            List<String> parts = new ArrayList<>();
            for (String part : classPath()) {
                parts.add(
                        part.endsWith(".jar")
                                ? part
                                : jar(Path.of(part), folder.resolve(parts.size() + ".jar")));
            }
            List<String> path = List.of("-cp", String.join(File.pathSeparator, parts));
            Path errors = folder.resolve("errors");
            Path classes = folder.resolve("classes.jsa");
            List<String> leaving = new ArrayList<>(path);
            leaving.add("-XX:ArchiveClassesAtExit=" + classes);
            Collection<String> did = new ConcurrentLinkedQueue<>();
            RunningReplica first = start(new Program(leaving, errors), arguments, did);
            first.go();
            first.awaitRunning();
            while (did.size() < 20) {
                Thread.sleep(100);
            }
            first.process.getOutputStream().close();
            first.process.waitFor();
            List<String> options = new ArrayList<>(path);
            options.add("-XX:SharedArchiveFile=" + classes);
            return new Program(options, errors);
        }

        private static String jar(Path folder, Path to) {
            int code =
                    ToolProvider.findFirst("jar")
                            .orElseThrow()
                            .run(
                                    System.out,
                                    System.err,
                                    "--create",
                                    "--file=" + to,
                                    "-C",
                                    folder.toString(),
                                    "org");
            if (code != 0) {
                throw new IllegalStateException("jar: " + code);
            }
            return to.toString();
        }
    }

    /// @param did takes the keys of the events that it says are committed
    static RunningReplica start(Program program, List<String> arguments, Collection<String> did)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx96m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xlog:cds*=off,aot*=off"));
        command.addAll(program.options());
        command.add(Replica.class.getName());
        command.addAll(arguments);
        return new RunningReplica(
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(program.errors().toFile()))
                        .start(),
                did);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("did ")) {
                    did.add(line.substring(4));
                } else if (line.equals("waits")) {
                    waits.countDown();
                } else if (line.equals("runs")) {
                    runs.countDown();
                } else if (line.startsWith("broken ")) {
                    complaint = line;
                }
            }
        } catch (IOException e) {
            // Killed while it spoke.
        }
    }

    void go() throws IOException, InterruptedException {
        if (!waits.await(60, TimeUnit.SECONDS)) {
            throw new IOException("a replica did not come up");
        }
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
    }

    void awaitRunning() throws IOException, InterruptedException {
        if (!runs.await(60, TimeUnit.SECONDS)) {
            throw new IOException("a replica did not begin: " + complaint);
        }
    }

    /// What it found broken; empty if nothing.
    String complaint() {
        return complaint;
    }

    long pid() {
        return process.pid();
    }

    /// As `kill -9` does. Returns when all that it said is read.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        reader.join();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /// The class path of this test without what a ledger does not need, for a process that has to start
    /// in a moment.
    private static List<String> classPath() {
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(it ->
                        !it.endsWith(".jar")
                                || it.matches(
                                        ".*/(postgresql|bc|jackson|java-json|json-|jboss-log|jspecify|commons-io"
                                                + "|slf4j)[^/]*"))
                .toList();
    }
}
