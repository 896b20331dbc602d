package org.sigillo.tables;

import java.util.List;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Trust;

/// Which sizes the beats' rows may have: a beat gives sources exactly as many entries as the rules say, one after the other, and
/// what staff did in the same batch follows. So each row's size lies behind its own entries and not behind those of the next
/// beat.
final class FilledBeats {
    /// A row.
    record Filled(String name, long size) {}

    private final List<Filled> rows;
    private Trust trust;
    private int begun;
    private long left;

    /// @param rows in the order of their sizes
    FilledBeats(Genesis genesis, List<Filled> rows) {
        this.trust = Trust.of(genesis);
        this.rows = List.copyOf(rows);
    }

    /// Follows the next entry.
    void next(Entry entry) {
        Rules rules = trust.rules();
        if (left > 0 || ofSources(entry) && rules.beat() > 0) {
            if (left == 0) {
                left = rules.k();
                begins(entry.n());
            }
            if (!ofSources(entry)) {
                throw new BrokenEvidenceException(
                        "entry " + entry.n(),
                        "one of those that a beat gives to sources",
                        "another");
            }
            left--;
            if (left == 0 && row().size() <= entry.n()) {
                throw off(row(), "at least " + (entry.n() + 1));
            }
        }
        if (Trust.EVENTS.contains(entry.event().fact().type())) {
            trust = trust.with(entry.event(), entry.n());
        }
    }

    private void begins(long n) {
        if (begun > 0 && row().size() > n) {
            throw off(row(), "at most " + n);
        }
        if (begun == rows.size()) {
            throw new BrokenEvidenceException(
                    "the beat that begins with entry " + n, "a row", "none");
        }
        begun++;
    }

    /// At the end of a ledger of this size.
    void end(long size) {
        if (left > 0) {
            throw new BrokenEvidenceException(
                    "entry " + size, "one of those that a beat gives to sources", "none");
        }
        if (begun < rows.size()) {
            throw off(rows.get(begun), "no row: no entries were given to sources in it");
        }
        if (begun > 0 && row().size() > size) {
            throw off(row(), "at most " + size);
        }
    }

    private Filled row() {
        return rows.get(begun - 1);
    }

    private static BrokenEvidenceException off(Filled row, String expected) {
        return new BrokenEvidenceException(
                row.name() + ", size", expected, String.valueOf(row.size()));
    }

    private static boolean ofSources(Entry entry) {
        return entry.event().fact() instanceof CustodyEvent.IntakeFiller
                || entry.event().actor().filter(Entry.Event.SOURCE::equals).isPresent();
    }
}
