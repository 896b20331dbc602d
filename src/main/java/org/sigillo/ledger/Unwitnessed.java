package org.sigillo.ledger;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/// Which checkpoints of a ledger are known to lack what is asked of their witnesses, so that while a quorum is away a proof
/// looks at no line that an earlier one has looked at. Lines are only ever added: where their number is what it was, what
/// they came to is.
final class Unwitnessed {
    /// One for each time that the quorum was away, and for what is younger than its answers.
    private static final int MOST = 256;

    private final ConcurrentSkipListMap<Long, Run> runs = new ConcurrentSkipListMap<>();

    /// Neighbours, by the sizes of the first and the last.
    ///
    /// @param lines that they had together
    private record Run(long from, long to, long lines) {
        static Run of(SignedCheckpoint one) {
            long size = one.checkpoint().size();
            return new Run(size, size, one.cosignatures());
        }

        Run and(Run next) {
            return new Run(from, next.to, lines + next.lines);
        }
    }

    /// The first checkpoint over an entry that is witnessed. One that nobody has cosigned is looked at only where it is the
    /// first over the entry.
    Optional<SignedCheckpoint> firstAfter(
            Volume volume, long index, Predicate<SignedCheckpoint> witnessed) {
        Optional<Run> lacking = Optional.empty();
        Optional<SignedCheckpoint> next = volume.covering(index);
        while (next.isPresent()) {
            SignedCheckpoint one = next.get();
            Optional<Run> known = known(volume, one.checkpoint().size());
            if (known.isEmpty() && witnessed.test(one)) {
                break;
            }
            Run run = known.orElseGet(() -> Run.of(one));
            lacking = Optional.of(lacking.map(it -> it.and(run)).orElse(run));
            next =
                    volume.read(
                            "reading a checkpoint",
                            rows -> rows.notes(volume.seal()).cosignedOver(run.to()));
        }
        lacking.ifPresent(this::remember);
        return next;
    }

    /// The run that this checkpoint is in, unless one of them has got another line since.
    private Optional<Run> known(Volume volume, long size) {
        Map.Entry<Long, Run> before = runs.floorEntry(size);
        if (before == null || before.getValue().to() < size) {
            return Optional.empty();
        }
        Run run = before.getValue();
        long lines =
                volume.read(
                        "counting cosignatures",
                        rows -> rows.notes(volume.seal()).cosignatures(run.from(), run.to()));
        if (lines == run.lines()) {
            return Optional.of(run);
        }
        runs.remove(run.from(), run);
        return Optional.empty();
    }

    private void remember(Run run) {
        runs.subMap(run.from(), false, run.to(), true).clear();
        runs.put(run.from(), run);
        while (runs.size() > MOST) {
            // What is read again soonest: a long one spares most.
            runs.values().stream()
                    .min(Comparator.comparingLong(Run::lines))
                    .ifPresent(shortest -> runs.remove(shortest.from(), shortest));
        }
    }
}
