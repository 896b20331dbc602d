package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives a [Stack] to tests that ask for one as a parameter (`@Tag("stack") @ExtendWith(StackExtension.class)`). It starts
/// once, on an empty folder below `target/`, and ends with the last test of the run. Runs that go on at once name a folder
/// each.
public final class StackExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(StackExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        stack(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return stack(context);
    }

    private static Stack stack(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(Started.class, key -> Started.now(), Started.class)
                .stack();
    }

    /// JUnit closes it after the last test; a failed start is remembered, so that it is not tried again for each class.
    private record Started(Stack running, Throwable failure) implements AutoCloseable {
        static Started now() {
            Stack stack = null;
            try {
                stack = Stack.on(DataFolder.open(folder(), true), new SecureRandom());
                // All tests of a run come on one day.
                stack.setFirst("sigillo.intake.new-cases", "1000000");
                Stack held = stack;
                Runtime.getRuntime().addShutdownHook(new Thread(() -> quietly(held)));
                stack.start(true, step -> {});
                return new Started(stack, null);
            } catch (IOException | SQLException | RuntimeException failure) {
                return new Started(stack, failure);
            } catch (InterruptedException failure) {
                Thread.currentThread().interrupt();
                return new Started(stack, failure);
            }
        }

        private static Path folder() {
            return Path.of("target", System.getProperty("sigillo.test.stack", "stack"));
        }

        Stack stack() {
            if (failure != null) {
                throw new IllegalStateException("The stack did not start", failure);
            }
            return running;
        }

        @Override
        public void close() throws IOException {
            if (running != null) {
                running.close();
            }
        }

        private static void quietly(Stack stack) {
            try {
                stack.close();
            } catch (IOException atTheEnd) {
                System.err.println("While stopping: " + atTheEnd);
            }
        }
    }
}
