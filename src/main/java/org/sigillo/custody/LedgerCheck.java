package org.sigillo.custody;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;

/// Verifies a ledger as it is served or exported: the checkpoint's signature, the tiles, and, where
/// the bundles are at hand, chain, entries, statements and trust.
///
/// Throws [BrokenEvidenceException] at the first thing that does not hold and names it. Signatures are
/// checked, and groups of 256 entries hashed and read, on all processors and taken in one after the
/// other; only a few are held.
public final class LedgerCheck {
    private static final String CHECKPOINT = "checkpoint";

    private final Genesis genesis;
    private final List<NoteVerifier> keys;

    public LedgerCheck(Genesis genesis) {
        this.genesis = genesis;
        this.keys = genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
    }

    /// Where a ledger's files are read from, by their path below the log's prefix. Used by one thread.
    @FunctionalInterface
    public interface Files {
        Optional<byte[]> read(String path);

        /// A file that must be there.
        default byte[] get(String path) {
            return read(path)
                    .orElseThrow(() -> new BrokenEvidenceException(path, "a file", "nothing"));
        }
    }

    /// What was verified.
    ///
    /// @param checkpoints how many signed checkpoints, each with its root
    /// @param entriesSeen whether the entries were at hand or only their hashes
    /// @param note the last checkpoint with all its lines, of which only the log's were checked
    public record Report(
            long size, Sha256 root, int checkpoints, boolean entriesSeen, String note) {}

    /// Verifies signature, tree and tiles; the entries behind the hashes are not seen.
    ///
    /// @param kept an earlier checkpoint that this one must continue
    public Report tiles(Files files, Optional<String> kept) {
        String note = text(CHECKPOINT, files);
        Checkpoint last = verified(CHECKPOINT, note);
        TreeMap<Long, Checkpoint> earlier = new TreeMap<>();
        keep(kept, earlier);
        notBeyond(last, earlier);
        run(last, earlier, files, false);
        return new Report(last.size(), last.root(), 1, false, note);
    }

    private static void notBeyond(Checkpoint last, TreeMap<Long, Checkpoint> earlier) {
        if (!earlier.isEmpty() && earlier.lastKey() > last.size()) {
            throw new BrokenEvidenceException(
                    "checkpoints", "none beyond size " + last.size(), "" + earlier.lastKey());
        }
    }

    private void keep(Optional<String> kept, TreeMap<Long, Checkpoint> earlier) {
        if (kept.isEmpty()) {
            return;
        }
        Checkpoint checkpoint = verified("the kept checkpoint", kept.get());
        Checkpoint other = earlier.put(checkpoint.size(), checkpoint);
        if (other != null) {
            Expected.same("root of the kept checkpoint", checkpoint.root(), other.root());
        }
    }

    /// Verifies an export, entries, statements and trust included.
    ///
    /// @param sizes the sizes of the checkpoints in it
    /// @param kept an earlier checkpoint that it must continue
    public Report export(Files files, List<Long> sizes, Optional<String> kept) {
        String note = text(CHECKPOINT, files);
        Checkpoint last = verified(CHECKPOINT, note);
        TreeMap<Long, Checkpoint> earlier = earlier(files, sizes);
        keep(kept, earlier);
        notBeyond(last, earlier);
        run(last, earlier, files, true);
        return new Report(
                last.size(),
                last.root(),
                sizes.contains(last.size()) ? sizes.size() : sizes.size() + 1,
                true,
                note);
    }

    private TreeMap<Long, Checkpoint> earlier(Files files, List<Long> sizes) {
        TreeMap<Long, Checkpoint> earlier = new TreeMap<>();
        try (InOrder<Checkpoint> checkpoints = new InOrder<>()) {
            for (long size : sizes) {
                String note = text("checkpoints/" + size, files);
                checkpoints.add(() -> ofSize(size, note));
                while (checkpoints.full()) {
                    Checkpoint next = checkpoints.next();
                    earlier.put(next.size(), next);
                }
            }
            while (!checkpoints.isEmpty()) {
                Checkpoint next = checkpoints.next();
                earlier.put(next.size(), next);
            }
        }
        return earlier;
    }

    private Checkpoint ofSize(long size, String note) {
        String where = "checkpoints/" + size;
        Checkpoint checkpoint = verified(where, note);
        if (checkpoint.size() != size) {
            throw new BrokenEvidenceException(where, "size " + size, "size " + checkpoint.size());
        }
        return checkpoint;
    }

    private void run(
            Checkpoint last, SortedMap<Long, Checkpoint> earlier, Files files, boolean entries) {
        if (last.size() == 0) {
            throw new BrokenEvidenceException("checkpoint", "at least entry 0", "an empty log");
        }
        CheckedLevels levels = CheckedLevels.read(last, files);
        LedgerFold fold = new LedgerFold(genesis, levels);
        CompactRange before = CompactRange.empty();
        try (InOrder<CheckedLevels.GroupCheck.Group> groups = new InOrder<>()) {
            long all = (last.size() + TileCoordinate.FULL - 1) / TileCoordinate.FULL;
            for (long group = 0; group < all; group++) {
                CheckedLevels.GroupCheck check =
                        CheckedLevels.GroupCheck.of(group, last.size(), levels, files, entries);
                groups.add(check::run);
                while (groups.full()) {
                    take(groups.next(), before, earlier, fold);
                }
            }
            while (!groups.isEmpty()) {
                take(groups.next(), before, earlier, fold);
            }
        }
    }

    /// @param before the groups so far; this one is added
    private void take(
            CheckedLevels.GroupCheck.Group group,
            CompactRange before,
            SortedMap<Long, Checkpoint> earlier,
            LedgerFold fold) {
        long from = before.size() * TileCoordinate.FULL;
        if (from == 0) {
            Expected.same("leaf 0, the genesis hash", genesis.hash(), group.leaves().getFirst());
        }
        signed(group, before, earlier);
        group.entries().forEach(fold::next);
        before.append(group.root());
    }

    /// Compares the roots at the sizes of checkpoints that lie in this group.
    private static void signed(
            CheckedLevels.GroupCheck.Group group,
            CompactRange before,
            SortedMap<Long, Checkpoint> earlier) {
        long from = before.size() * TileCoordinate.FULL;
        CompactRange within = CompactRange.empty();
        for (Checkpoint checkpoint :
                earlier.subMap(from + 1, from + group.leaves().size() + 1).values()) {
            while (from + within.size() < checkpoint.size()) {
                within.append(group.leaves().get(Math.toIntExact(within.size())));
            }
            Sha256 root = within.root();
            for (Sha256 peak : before.peaks().reversed()) {
                root = MerkleHash.node(peak, root);
            }
            Expected.same("root at size " + checkpoint.size(), root, checkpoint.root());
        }
    }

    /// A note's text, read once: over a network another may come the next time, and what is said of one must hold of it.
    private static String text(String path, Files files) {
        try {
            return SignedText.utf8(files.get(path));
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(path, "text in UTF-8", "other bytes");
        }
    }

    private Checkpoint verified(String where, String note) {
        try {
            return Checkpoint.verified(note, genesis.opened().origin(), keys);
        } catch (NoteException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a checkpoint signed by the log", String.valueOf(e.getMessage()));
        }
    }

    /// Work that is done on all processors and handed back in the order in which it was given, a few pieces
    /// ahead and no more.
    private static final class InOrder<T> implements AutoCloseable {
        private static final int AHEAD = 4;

        private final int processors = Runtime.getRuntime().availableProcessors();
        private final ExecutorService workers =
                Executors.newFixedThreadPool(
                        processors, Thread.ofPlatform().name("check-", 0).daemon().factory());
        private final Queue<Future<T>> pieces = new ArrayDeque<>();

        void add(Callable<T> piece) {
            pieces.add(workers.submit(piece));
        }

        boolean full() {
            return pieces.size() >= AHEAD * processors;
        }

        boolean isEmpty() {
            return pieces.isEmpty();
        }

        /// The next piece, or what it threw.
        T next() {
            Future<T> next = pieces.remove();
            try {
                return next.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException unchecked) {
                    throw unchecked;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void close() {
            workers.shutdownNow();
        }
    }
}
