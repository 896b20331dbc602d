package org.sigillo.vault;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a real MinIO server.
@Tag("stack")
class MinioVaultIT implements VaultContract {
    @TempDir static Path folder;
    private static S3Server server;
    private S3Vault vault;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.minio(folder).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        vault = server.open(server.buckets());
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
    }

    @Override
    public Vault vault() {
        return vault;
    }
}
