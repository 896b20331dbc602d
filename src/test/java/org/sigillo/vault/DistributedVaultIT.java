package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

/// The contract on one MinIO of four erasure-coded nodes, of which some are down.
@Tag("stack")
@Tag("apart")
class DistributedVaultIT extends StoreContract {
    @TempDir static Path folder;
    private static final List<S3Server> NODES = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<String> endpoints = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ports.add(S3Server.freePort());
            endpoints.add("http://0.0.0.0:" + ports.get(i) + folder.resolve("disk" + i));
        }
        for (int port : ports) {
            NODES.add(S3Server.node(folder, port, endpoints).launch());
        }
        for (S3Server node : NODES) {
            node.await();
        }
    }

    @AfterAll
    static void stop() {
        NODES.forEach(S3Server::close);
    }

    @Override
    boolean givesUpUnfinishedUploadsItself() {
        return true;
    }

    @Override
    S3Server server() {
        return NODES.getFirst();
    }

    @Test
    void one_node_down_is_not_noticed_two_stop_writing_and_nothing_is_lost() throws IOException {
        byte[] bytes = {1, 2, 3};
        put(ADDRESS, bytes);
        NODES.get(3).kill();
        put(ADDRESS + "1", bytes);
        assertThat(vault().digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        NODES.get(2).kill();
        assertThat(vault().digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        assertThatThrownBy(() -> put(ADDRESS + "2", bytes))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ADDRESS + "2");
        NODES.get(2).start();
        NODES.get(3).start();
        // What two nodes took before it was refused is cleared up by the store when it comes to it;
        // nobody has
        // committed it.
        put(ADDRESS + "3", bytes);
        assertThat(vault().digest(ADDRESS + "3")).isEqualTo(Sha256.of(bytes));
        assertThat(vault().digest(ADDRESS + "1")).isEqualTo(Sha256.of(bytes));
    }
}
