package org.sigillo.people;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Published;
import org.sigillo.ledger.SignedCheckpoint;

/// All of the ledger as an auditor takes it along (`docs/spec/ledger.md` §6).
@ApplicationScoped
public class LedgerExport {
    public static final String TYPE = "application/x-tar";
    public static final String DISPOSITION = "attachment; filename=\"ledger.tar\"";

    private final Ledger ledger;

    LedgerExport(Ledger ledger) {
        this.ledger = ledger;
    }

    /// Writes the tar; up to the last checkpoint when this begins.
    public void write(OutputStream out) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            write(tar);
        }
    }

    private void write(TarArchiveOutputStream tar) throws IOException {
        List<SignedCheckpoint> checkpoints = ledger.checkpoints();
        SignedCheckpoint last = checkpoints.getLast();
        put(tar, "genesis.json", ledger.genesis().bytes());
        put(tar, "checkpoint", last.note().getBytes(StandardCharsets.UTF_8));
        for (SignedCheckpoint checkpoint : checkpoints) {
            put(
                    tar,
                    "checkpoints/" + checkpoint.checkpoint().size(),
                    checkpoint.note().getBytes(StandardCharsets.UTF_8));
        }
        for (Published.Stamped stamp : ledger.published().stamps()) {
            if (stamp.size() <= last.checkpoint().size()) {
                put(
                        tar,
                        "stamps/" + stamp.size() + "/" + stamp.authority() + ".tsr",
                        stamp.reply());
            }
        }
        if (ledger.witnessPolicy().isPresent()) {
            put(tar, "policy", ledger.witnessPolicy().get().getBytes(StandardCharsets.UTF_8));
        }
        for (String path : Published.paths(last.checkpoint().size())) {
            put(tar, path, ledger.published().file(path).orElseThrow());
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }
}
