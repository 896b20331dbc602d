package org.sigillo.vault;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The contract in two new buckets of a real store for each test.
abstract class StoreContract implements VaultContract {
    private S3Vault vault;

    abstract S3Server server();

    @BeforeEach
    void open() throws IOException {
        vault = server().open(server().buckets());
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
