package org.sigillo.stack;

import java.nio.file.Path;

/// The demo people's genesis: from `keys-example/` to `keys/`, `genesis.json` and the log's key in the data folder.
final class DemoGenesis {
    private DemoGenesis() {}

    static Path genesis(DataFolder data) {
        return data.path("genesis.json");
    }

    static Path logKey(DataFolder data) {
        return data.path("secrets").resolve("log-key");
    }

    /// Makes what is missing and leaves what is there: a genesis is made once for a data folder.
    static void prepare(DataFolder data) {
        // The command line's `genesis` fills this in.
    }
}
