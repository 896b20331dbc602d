package org.sigillo.people;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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

    /// Checkpoints that are held in memory, some 10 KB each with their witnesses' lines.
    private static final int AT_ONCE = 256;

    private final Ledger ledger;
    private final int atOnce;

    @Inject
    LedgerExport(Ledger ledger) {
        this(ledger, AT_ONCE);
    }

    /// @param atOnce checkpoints that are held
    LedgerExport(Ledger ledger, int atOnce) {
        this.ledger = ledger;
        this.atOnce = atOnce;
    }

    /// Writes the tar; up to the last checkpoint when this begins. What fails on the way leaves it without an end, and the stream open:
    /// it must not look whole.
    public void write(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        write(tar);
        tar.finish();
        tar.flush();
    }

    private void write(TarArchiveOutputStream tar) throws IOException {
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        long size = last.checkpoint().size();
        put(tar, "genesis.json", ledger.genesis().bytes());
        put(tar, "checkpoint", text(last));
        List<SignedCheckpoint> some = ledger.published().checkpoints(0, atOnce);
        while (!some.isEmpty()) {
            putNotes(tar, some, size);
            some = ledger.published().checkpoints(some.getLast().checkpoint().size(), atOnce);
        }
        if (ledger.witnessPolicy().isPresent()) {
            put(tar, "policy", ledger.witnessPolicy().get().getBytes(StandardCharsets.UTF_8));
        }
        for (String path : Published.paths(size)) {
            put(tar, path, ledger.published().file(path).orElseThrow());
        }
    }

    /// Some checkpoints up to this size, and the time stamps of them.
    private void putNotes(TarArchiveOutputStream tar, List<SignedCheckpoint> some, long size)
            throws IOException {
        for (SignedCheckpoint checkpoint : some) {
            if (checkpoint.checkpoint().size() <= size) {
                put(tar, "checkpoints/" + checkpoint.checkpoint().size(), text(checkpoint));
            }
        }
        long from = some.getFirst().checkpoint().size();
        long to = Math.min(size, some.getLast().checkpoint().size());
        for (Published.Stamped stamp : ledger.published().stamps(from, to)) {
            put(tar, "stamps/" + stamp.size() + "/" + stamp.authority() + ".tsr", stamp.reply());
        }
    }

    private static byte[] text(SignedCheckpoint checkpoint) {
        return checkpoint.note().getBytes(StandardCharsets.UTF_8);
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
