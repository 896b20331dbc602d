package org.sigillo.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.LedgerFold;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.merkle.TileReader;
import org.sigillo.merkle.TreeEdge;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Cosignature;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;

/// Re-reads every row of the ledger and rebuilds what follows from it, up to the size that it has when
/// this begins: what is numbered meanwhile does not matter, since nothing below that size may change.
final class FullCheck {
    private static final int BATCH = 1_024;
    private static final int CHECKPOINTS = 256;

    /// A signature takes as much of a processor as reading so many entries.
    static final int SIGNATURE = 32;

    private final Genesis genesis;
    private final RowSeal seal;
    private final Tiles tiles;
    private final Ledger.Surroundings surroundings;
    private final Reader reader;
    private final Pace pace;
    private long read;

    FullCheck(
            Genesis genesis,
            RowSeal seal,
            Tiles tiles,
            Ledger.Surroundings surroundings,
            Reader reader,
            Pace pace) {
        this.genesis = genesis;
        this.seal = seal;
        this.tiles = tiles;
        this.surroundings = surroundings;
        this.reader = reader;
        this.pace = pace;
    }

    /// Of a ledger that was closed: its witnesses and authorities may have been others than today's, and nobody is left to say
    /// which. Each line and stamp has its seal.
    static FullCheck ofClosed(Volume volume, Ledger.Surroundings today, Pace pace) {
        return of(
                volume,
                new Ledger.Surroundings(
                        today.vault(),
                        Optional.empty(),
                        List.of(),
                        today.closedKeys(),
                        today.hidesNothing(),
                        today.afterCommit()),
                pace);
    }

    /// Of the open one.
    static FullCheck of(Volume volume, Ledger.Surroundings surroundings, Pace pace) {
        Reader reader =
                new Reader() {
                    @Override
                    public <T> T read(Sequencer.Work<T> work) {
                        return volume.read("checking", work);
                    }
                };
        return new FullCheck(
                volume.genesis(),
                volume.seal(),
                new Tiles(surroundings.vault(), volume.folder()),
                surroundings,
                reader,
                pace);
    }

    /// Reads rows, in a transaction of its own or in one for all.
    @FunctionalInterface
    interface Reader {
        <T> T read(Sequencer.Work<T> work);
    }

    /// Slows a check that has time.
    @FunctionalInterface
    interface Pace {
        Pace FULL = entries -> {};

        /// Called after so many entries were read, or as much was done.
        void after(int entries);
    }

    /// What was found to hold.
    ///
    /// @param read as much as so many entries: what a check with time rests for
    record Intact(long size, Sha256 root, long read) {
        Intact and(long before) {
            return new Intact(size, root, before + read);
        }
    }

    /// @throws BrokenEvidenceException at the first row that is not what it should be
    Intact run() {
        long size = reader.read(rows -> rows.tree().size());
        TreeMap<Long, Sha256> roots = checkpoints(size);
        TreeEdge edge = TreeEdge.empty();
        TileReader stored = (level, index, width) -> reader.read(r -> r.tree().at(level, index));
        LedgerFold fold = new LedgerFold(genesis, TreeRows.required(stored.hashes()));
        for (long from = 0; from < size; from += BATCH) {
            long to = Math.min(size, from + BATCH);
            Batch batch = batch(from, to);
            for (TreeRows.Stored row : batch.entries()) {
                String where = "entry " + fold.size();
                RowSeal.same(where + ", row", fold.size(), row.n());
                RowSeal.same(where + ", leaf", MerkleHash.leaf(row.bytes()), row.leaf());
                Entry entry = fold.next(row.bytes(), row.leaf());
                seal.check(entry, row, batch.queued());
                edge.append(row.leaf()).forEach(this::node);
                Sha256 signed = roots.remove(edge.size());
                if (signed != null) {
                    RowSeal.same("checkpoint " + edge.size() + ", root", edge.root(), signed);
                }
            }
            RowSeal.same("entries from " + from, to - from, (long) batch.entries().size());
            rest(batch.entries().size());
        }
        if (!roots.isEmpty()) {
            throw new BrokenEvidenceException(
                    "entries", "as many as checkpoint " + roots.lastKey(), String.valueOf(size));
        }
        RowSeal.same("nodes", expectedNodes(size), reader.read(rows -> rows.tree().nodes(size)));
        waiting();
        beats(size);
        return new Intact(size, edge.root(), read);
    }

    private void rest(int entries) {
        read += entries;
        pace.after(entries);
    }

    private void waiting() {
        long after = Long.MIN_VALUE;
        List<QueueRows.Sealed> some;
        do {
            long from = after;
            some = reader.read(rows -> rows.queue().sealedUndone(from, BATCH));
            for (QueueRows.Sealed waiting : some) {
                String where = "waiting event " + waiting.pending().key();
                seal.check(waiting, where);
                // Nobody looks for one that waits in front of the first.
                atLeast(where + ", position", 0, waiting.pending().position());
                atLeast(where + ", beat", 0, waiting.pending().beat());
                after = waiting.pending().id();
            }
            rest(some.size());
        } while (some.size() == BATCH);
    }

    private record Batch(List<TreeRows.Stored> entries, Map<Long, QueueRows.Sealed> queued) {}

    private Batch batch(long from, long to) {
        return reader.read(rows -> {
            List<TreeRows.Stored> entries = rows.tree().entries(from, to);
            return new Batch(entries, rows.queue().entered(entries));
        });
    }

    /// Compares a node with its row and, where it is the root of a tile in the vault, with that.
    private void node(TreeEdge.Node node) {
        String where = "node " + node.index() + " of level " + node.level();
        List<Sha256> row =
                reader.read(
                        rows -> rows.tree().hashes(node.level(), node.index(), node.index() + 1));
        RowSeal.same(where, List.of(node.hash()), row);
        int below = node.level() - 1;
        tiles.stored(new TileCoordinate(below, node.index(), TileCoordinate.FULL), node.hash());
        if (below == 0) {
            tiles.stored(
                    new TileCoordinate(TileCoordinate.ENTRIES, node.index(), TileCoordinate.FULL),
                    node.hash());
        }
    }

    private static long expectedNodes(long size) {
        long nodes = 0;
        for (long below = size; below >= TileCoordinate.FULL; ) {
            below /= TileCoordinate.FULL;
            nodes += below;
        }
        return nodes;
    }

    /// @return their roots, by their sizes
    private TreeMap<Long, Sha256> checkpoints(long size) {
        List<NoteVerifier> keys =
                genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
        TreeMap<Long, Sha256> roots = new TreeMap<>();
        List<Long> counted = new ArrayList<>();
        Optional<NoteRows.StoredCheckpoint> before = Optional.empty();
        List<NoteRows.StoredCheckpoint> some;
        do {
            long after = before.map(NoteRows.StoredCheckpoint::size).orElse(0L);
            some = reader.read(rows -> rows.notes(seal).stored(size, after, CHECKPOINTS));
            for (NoteRows.StoredCheckpoint stored : some) {
                tally(stored, before);
                while (counted.size() < stored.tally().row().epoch()) {
                    counted.add(stored.size());
                }
                roots.put(stored.size(), root(stored, keys));
                rest(keys.size() * SIGNATURE);
                before = Optional.of(stored);
            }
            if (!some.isEmpty()) {
                others(some, after + 1);
            }
        } while (some.size() == CHECKPOINTS);
        epochs(counted);
        return roots;
    }

    private Sha256 root(NoteRows.StoredCheckpoint stored, List<NoteVerifier> keys) {
        String where = "checkpoint " + stored.size();
        try {
            Checkpoint checkpoint =
                    Checkpoint.verified(stored.note(), genesis.opened().origin(), keys);
            RowSeal.same(where + ", size", checkpoint.size(), stored.size());
            RowSeal.same(where + ", root", checkpoint.root(), stored.root());
            return checkpoint.root();
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a note signed by the log", String.valueOf(e.getMessage()));
        }
    }

    /// That it has the one before it, and what there was of that when this one was signed: a line or stamp that came later is
    /// counted by nobody.
    private void tally(NoteRows.StoredCheckpoint one, Optional<NoteRows.StoredCheckpoint> before) {
        String where = "checkpoint " + one.size();
        NoteRows.Tally tally = one.tally().row();
        RowSeal.same(where + ", seal", seal.of(one.size(), one.note(), tally), one.tally().seal());
        RowSeal.same(
                where + ", size of the checkpoint before",
                tally.previous(),
                before.map(NoteRows.StoredCheckpoint::size).orElse(0L));
        String last = "checkpoint " + tally.previous();
        atLeast(last + ", cosignatures", tally.cosignatures(), one.cosignatures());
        atLeast(last + ", time stamps", tally.stamps(), one.stamps());
        RowSeal.same(where + ", beats since the one before", tally.beats(), one.beats());
        atLeast(
                where + ", epoch",
                before.map(it -> it.tally().row().epoch()).orElse(0L),
                tally.epoch());
    }

    /// That there is none missing between the first and the one that the last checkpoint names, and none made anew in the place of
    /// one that was.
    ///
    /// @param counted the size of the first checkpoint that counts it, for each in their order
    private void epochs(List<Long> counted) {
        List<NoteRows.Epoch> found = reader.read(rows -> rows.notes(seal).epochs("ORDER BY epoch"));
        for (int i = 0; i < found.size(); i++) {
            String where = "epoch " + (i + 1);
            RowSeal.same(where, i + 1L, found.get(i).epoch());
            if (i < counted.size() && found.get(i).size() > counted.get(i)) {
                throw new BrokenEvidenceException(
                        where,
                        "begun before checkpoint " + counted.get(i) + " counted it",
                        "begun at size " + found.get(i).size());
            }
        }
        atLeast("epochs", counted.size(), found.size());
    }

    private static void atLeast(String where, long expected, long found) {
        if (found < expected) {
            throw new BrokenEvidenceException(where, "at least " + expected, "" + found);
        }
    }

    /// What witnesses and authorities said of these checkpoints, each line and stamp as it was stored. Where no policy is
    /// known, nobody can say who a witness is; the same holds for authorities.
    private void others(List<NoteRows.StoredCheckpoint> some, long from) {
        long to = some.getLast().size();
        Map<Long, String> notes = new HashMap<>();
        some.forEach(it -> notes.put(it.size(), it.note()));
        Optional<List<NoteVerifier>> known =
                surroundings
                        .witnesses()
                        .map(policy ->
                                policy.witnesses().stream().map(WitnessPolicy.Known::key).toList());
        for (NoteRows.Line line : reader.read(rows -> rows.notes(seal).lines(from, to))) {
            String note = note(notes, line.size());
            known.ifPresent(keys -> cosigned(line, note, keys));
            rest(SIGNATURE);
        }
        for (NoteRows.Stamp stamp : reader.read(rows -> rows.notes(seal).stamps(from, to))) {
            String note = note(notes, stamp.size());
            if (!surroundings.authorities().isEmpty()) {
                stamped(stamp, note);
            }
            rest(SIGNATURE);
        }
    }

    private static String note(Map<Long, String> notes, long size) {
        String note = notes.get(size);
        if (note == null) {
            throw new BrokenEvidenceException("checkpoint " + size, "a row", "none");
        }
        return note;
    }

    /// That a witness's line is one. Whom this replica's policy does not name, another's may: its row's seal says that the application
    /// stored it, and it counts for nothing here.
    private static void cosigned(NoteRows.Line row, String note, List<NoteVerifier> known) {
        String line = row.line();
        String where =
                "checkpoint "
                        + row.size()
                        + ", cosignature "
                        + line.substring(0, Math.min(60, line.length()));
        try {
            List<Cosignature> held = SignedNote.parse(note + line + "\n").cosignatures(known);
            if (line.contains("\n") || held.size() > 1) {
                throw new NoteException("it is more than one");
            }
            if (!held.isEmpty() && held.getFirst().time() == 0) {
                throw new NoteException("it has no time");
            }
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a line by a witness of the policy", String.valueOf(e.getMessage()));
        }
    }

    private void stamped(NoteRows.Stamp stamp, String note) {
        String where = "checkpoint " + stamp.size() + ", time stamp by " + stamp.authority();
        if (surroundings.authorities().stream()
                .noneMatch(it -> it.name().equals(stamp.authority()))) {
            // As with witnesses.
            return;
        }
        try {
            // Whom to believe was checked when it came: the row's seal says that it was one of us.
            // It
            // may have been given a new root before this replica was.
            TimeStamp.requireOf(stamp.reply(), TimeStamp.stamped(note));
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a stamp that holds", String.valueOf(e.getMessage()));
        }
    }

    private void beats(long size) {
        // Throws where somebody else has put a row there.
        reader.read(rows -> Alarm.standing(rows, seal));
        long now = size;
        for (NoteRows.Filled beat : reader.read(rows -> rows.notes(seal).beats())) {
            if (beat.size() > now) {
                now = reader.read(rows -> rows.tree().size());
            }
            if (beat.size() > now) {
                throw new BrokenEvidenceException(
                        "beat " + beat.beat() + "." + beat.extra(),
                        "a ledger of " + beat.size() + " entries",
                        "" + now);
            }
        }
    }
}
