package org.sigillo.docket;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The tables of work in hand without a database, for one thread.
final class UnfinishedInMemory extends UnfinishedRows {
    private final List<UnfinishedRow> begun = new ArrayList<>();
    private final List<UnfinishedRow.Segment> segments = new ArrayList<>();

    @SuppressWarnings("NullAway") // nothing here asks the entity manager
    UnfinishedInMemory() {
        super(null);
    }

    @Override
    public Optional<UnfinishedRow> findByIdOptional(String exhibit) {
        return begun.stream().filter(it -> it.exhibit.equals(exhibit)).findFirst();
    }

    @Override
    List<UnfinishedRow> ofCase(String caseId) {
        return begun.stream().filter(it -> it.caseId.equals(caseId)).toList();
    }

    @Override
    List<UnfinishedRow> begunBefore(LocalDate day) {
        return begun.stream().filter(it -> it.day.isBefore(day)).toList();
    }

    @Override
    List<UnfinishedRow.Segment> segments(String exhibit) {
        return segments.stream()
                .filter(it -> it.exhibit.equals(exhibit))
                .sorted(Comparator.comparing(it -> it.number))
                .toList();
    }

    @Override
    Optional<UnfinishedRow.Segment> segment(String exhibit, int number) {
        return segments(exhibit).stream().filter(it -> it.number == number).findFirst();
    }

    @Override
    long held() {
        return segments.stream().filter(it -> it.stored).mapToLong(it -> it.size).sum();
    }

    @Override
    void add(Object row) {
        switch (row) {
            case UnfinishedRow it -> begun.add(it);
            case UnfinishedRow.Segment it -> segments.add(it);
            default -> throw new IllegalArgumentException("no row of these tables");
        }
    }

    @Override
    void remove(String exhibit) {
        segments.removeIf(it -> it.exhibit.equals(exhibit));
        begun.removeIf(it -> it.exhibit.equals(exhibit));
    }
}
