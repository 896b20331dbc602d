package org.sigillo.vault;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a real MinIO server.
@Tag("stack")
@Tag("apart")
class MinioVaultIT extends StoreContract {
    @TempDir static Path folder;
    private static S3Server server;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.minio(folder).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    boolean givesUpUnfinishedUploadsItself() {
        return true;
    }

    @Override
    S3Server server() {
        return server;
    }
}
