package org.sigillo.vault;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a second S3 server, which shares nothing with MinIO.
@Tag("stack")
@Tag("apart")
class VersityVaultIT extends StoreContract {
    @TempDir static Path folder;
    private static S3Server server;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.versity(folder).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    S3Server server() {
        return server;
    }
}
