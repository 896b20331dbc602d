package org.sigillo.docket;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The docket's tables without a database, for one thread at a time.
final class RowsInMemory extends DocketRows {
    /// What waits for a case's lock; nothing where there is one thread.
    Consumer<String> locking = key -> {};

    private final List<Object> added = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway") // nothing here asks the entity manager
    RowsInMemory() {
        super(null);
    }

    @Override
    Optional<CaseRow> byLocator(String locator) {
        return all(CaseRow.class).filter(it -> it.locator.equals(locator)).findFirst();
    }

    GenerationRow newest(String caseId) {
        return generations(caseId).getLast();
    }

    @Override
    List<GenerationRow> generations(String caseId) {
        return all(GenerationRow.class)
                .filter(it -> it.caseId.equals(caseId))
                .sorted(Comparator.comparing(it -> it.generation))
                .toList();
    }

    @Override
    List<ExhibitRow> exhibits(String caseId) {
        return all(ExhibitRow.class)
                .filter(it -> it.caseId.equals(caseId))
                .sorted(Comparator.comparing(it -> it.number))
                .toList();
    }

    @Override
    Optional<ExhibitRow> exhibit(String caseId, int number) {
        return exhibits(caseId).stream().filter(it -> it.number == number).findFirst();
    }

    private final Map<LocalDate, Long> begun = new HashMap<>();

    @Override
    void begun(LocalDate day) {
        begun.merge(day, 1L, Long::sum);
    }

    @Override
    long begunOn(LocalDate day) {
        return begun.getOrDefault(day, 0L);
    }

    @Override
    List<ExhibitRow> exhibits(String caseId, int from, int most) {
        return exhibits(caseId).stream().filter(it -> it.number >= from).limit(most).toList();
    }

    @Override
    List<Integer> shown(String caseId) {
        return exhibits(caseId).stream()
                .filter(it -> it.stub != null)
                .map(it -> it.number)
                .toList();
    }

    @Override
    long exhibitCount(String caseId) {
        return exhibits(caseId).size();
    }

    @Override
    Map<String, Long> exhibitCounts() {
        return caseIds().stream().collect(Collectors.toMap(it -> it, this::exhibitCount));
    }

    @Override
    Optional<ExhibitRow> exhibit(String id) {
        return all(ExhibitRow.class).filter(it -> it.id.equals(id)).findFirst();
    }

    @Override
    CaseRow byId(String id) {
        return findById(id);
    }

    @Override
    List<String> caseIds() {
        return all(CaseRow.class).map(it -> it.id).toList();
    }

    @Override
    List<CaseRow> grantedTo(String person) {
        return all(CaseRow.class)
                .filter(it -> grants(it.id).stream().anyMatch(g -> g.person.equals(person)))
                .toList();
    }

    @Override
    public CaseRow findById(String id) {
        return findByIdOptional(id).orElseThrow();
    }

    @Override
    public Optional<CaseRow> findByIdOptional(String id) {
        return all(CaseRow.class).filter(it -> it.id.equals(id)).findFirst();
    }

    @Override
    List<GrantRow> grants(String caseId) {
        return all(GrantRow.class).filter(it -> it.caseId.equals(caseId)).toList();
    }

    @Override
    List<ReplyRow> replies(String caseId) {
        return all(ReplyRow.class).filter(it -> it.caseId.equals(caseId)).toList();
    }

    @Override
    Optional<ReplyRow> reply(String id) {
        return all(ReplyRow.class).filter(it -> it.id.equals(id)).findFirst();
    }

    @Override
    Optional<ScrubRow> scrub(String pass) {
        return all(ScrubRow.class).filter(it -> it.pass.equals(pass)).findFirst();
    }

    @Override
    void add(Object row) {
        added.add(row);
    }

    @Override
    void forget() {
        // Nothing is remembered beside what is there.
    }

    @Override
    void lock(String key) {
        locking.accept(key);
    }

    /// As somebody at the database does, too.
    @Override
    void remove(Object row) {
        added.remove(row);
    }

    private <T> Stream<T> all(Class<T> kind) {
        return added.stream().filter(kind::isInstance).map(kind::cast);
    }
}
