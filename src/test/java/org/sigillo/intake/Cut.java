package org.sigillo.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sigillo.stack.Stack;

/// What can go while sources send. The server's start takes away what the vault's absence has left in the spool; keys of sessions
/// outlive the server in the database, and the database in the server.
enum Cut {
    /// The folder, as if its disk were unmounted: where it was is something else.
    VAULT {
        @Override
        void now(Stack stack) throws IOException {
            Files.move(vault(stack), away(stack));
            Files.createFile(vault(stack));
        }

        @Override
        void over(Stack stack) throws IOException {
            Files.delete(vault(stack));
            Files.move(away(stack), vault(stack));
        }
    },

    /// The application, by SIGKILL.
    SERVER {
        @Override
        void now(Stack stack) {
            stack.killApp();
        }

        @Override
        void over(Stack stack) throws IOException, InterruptedException {
            stack.startApp();
        }
    },

    /// PostgreSQL, by SIGKILL: what it had acknowledged it finds in its log.
    DATABASE {
        @Override
        void now(Stack stack) throws IOException {
            stack.killDatabase();
        }

        @Override
        void over(Stack stack) throws IOException, SQLException {
            stack.startDatabase();
        }
    };

    abstract void now(Stack stack) throws IOException, SQLException, InterruptedException;

    abstract void over(Stack stack) throws IOException, SQLException, InterruptedException;

    private static Path vault(Stack stack) {
        return stack.data().path("vault");
    }

    private static Path away(Stack stack) {
        return stack.data().path("vault-away");
    }
}
