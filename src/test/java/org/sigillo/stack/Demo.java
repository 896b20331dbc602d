package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.logging.LogManager;

/// What `infra/run` runs once everything is built: `--data DIR`, `--fresh`.
public final class Demo {
    private static volatile boolean ending;

    private Demo() {}

    public static void main(String[] arguments) throws InterruptedException {
        // The JDK logs a signal's exit: were the log's manager begun by that and, from its other
        // end, by what starts here, each
        // would wait for the other.
        LogManager.getLogManager();
        try {
            run(arguments);
        } catch (Refused refused) {
            leave(refused.getMessage(), 1);
        } catch (IOException | SQLException | RuntimeException fault) {
            if (!ending) {
                fault.printStackTrace();
            }
            leave("The start failed: " + fault.getMessage(), 1);
        } catch (InterruptedException stopped) {
            Thread.sleep(Long.MAX_VALUE); // the hook is at work and ends the program
        }
    }

    private static void run(String[] arguments)
            throws IOException, SQLException, InterruptedException {
        Path folder = defaultFolder();
        boolean fresh = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--fresh" -> fresh = true;
                case "--data" -> {
                    if (++i == arguments.length) {
                        throw new Refused("--data wants a folder.");
                    }
                    folder = Path.of(arguments[i]);
                }
                default ->
                        throw new Refused("Unknown: " + arguments[i] + " (see infra/run --help)");
            }
        }
        DataFolder data = DataFolder.open(folder, fresh);
        Stack stack = Stack.on(data, new SecureRandom());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stack), "stop"));
        stack.start(false, System.out::println);
        System.out.print(Banner.of(stack));
        System.out.flush();
        leave(stack.awaitDeath(), 1);
    }

    private static void end(Stack stack) {
        ending = true;
        System.out.println("Stopping …");
        Thread.ofPlatform().daemon().name("patience").start(() -> lose(stack));
        try {
            stack.close();
            System.out.println("Stopped. The data stays in " + stack.data().root());
        } catch (IOException e) {
            System.err.println("While stopping: " + e);
        }
    }

    /// A part that hangs while it is told to stop is killed.
    private static void lose(Stack stack) {
        try {
            Thread.sleep(Duration.ofSeconds(45));
            Leftovers.end(stack.data());
        } catch (InterruptedException | IOException e) {
            System.err.println("While stopping: " + e);
        }
        System.err.println("Stopped by force. The data stays in " + stack.data().root());
        Runtime.getRuntime().halt(1);
    }

    private static void leave(String sentence, int code) {
        if (!ending) {
            System.err.println(sentence);
        }
        System.exit(code);
    }

    private static Path defaultFolder() {
        String given = System.getenv("XDG_DATA_HOME");
        Path base =
                given == null || given.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".local", "share")
                        : Path.of(given);
        return base.resolve("sigillo-demo");
    }
}
