package org.sigillo.docket;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.jpa.HibernateHints;

/// The docket's tables.
@ApplicationScoped
class DocketRows implements PanacheRepositoryBase<CaseRow, String> {
    private final EntityManager entities;

    DocketRows(EntityManager entities) {
        this.entities = entities;
    }

    CaseRow byId(String id) {
        return Objects.requireNonNull(findById(id), "a case that another row names");
    }

    Optional<CaseRow> byLocator(String locator) {
        return find("locator", locator).firstResultOptional();
    }

    /// Counts a case that begins on this day.
    void begun(LocalDate day) {
        entities.createNativeQuery(
                        "INSERT INTO cases_begun AS b (day, cases) VALUES (:day, 1)"
                                + " ON CONFLICT (day) DO UPDATE SET cases = b.cases + 1")
                .setParameter("day", day)
                .executeUpdate();
    }

    long begunOn(LocalDate day) {
        // Of no rows the sum is none.
        return ((Number)
                        entities.createNativeQuery(
                                        "SELECT COALESCE(sum(cases), 0) FROM cases_begun WHERE day ="
                                                + " :day")
                                .setParameter("day", day)
                                .getSingleResult())
                .longValue();
    }

    List<ExhibitRow> exhibits(String caseId) {
        return entities.createQuery(
                        "FROM ExhibitRow WHERE caseId = :id ORDER BY number", ExhibitRow.class)
                .setParameter("id", caseId)
                .setHint(HibernateHints.HINT_READ_ONLY, true)
                .getResultList();
    }

    /// In the order of their random ids, which tells nothing.
    List<String> caseIds() {
        return entities.createQuery("SELECT id FROM CaseRow ORDER BY id", String.class)
                .getResultList();
    }

    /// Every case, and how many exhibits it has.
    Map<String, Long> exhibitCounts() {
        Map<String, Long> counts = new HashMap<>();
        entities.createQuery(
                        "SELECT c.id, (SELECT count(*) FROM ExhibitRow e WHERE e.caseId = c.id) FROM"
                                + " CaseRow c",
                        Object[].class)
                .getResultList()
                .forEach(row -> counts.put((String) row[0], (Long) row[1]));
        return counts;
    }

    long exhibitCount(String caseId) {
        return entities.createQuery(
                        "SELECT count(*) FROM ExhibitRow WHERE caseId = :id", Long.class)
                .setParameter("id", caseId)
                .getSingleResult();
    }

    Optional<ExhibitRow> exhibit(String id) {
        return Optional.ofNullable(entities.find(ExhibitRow.class, id));
    }

    Optional<ExhibitRow> exhibit(String caseId, int number) {
        return entities.createQuery(
                        "FROM ExhibitRow WHERE caseId = :id AND number = :number", ExhibitRow.class)
                .setParameter("id", caseId)
                .setParameter("number", number)
                .getResultStream()
                .findFirst();
    }

    /// Exhibits from this number on, in the order of their numbers.
    List<ExhibitRow> exhibits(String caseId, int from, int most) {
        return entities.createQuery(
                        "FROM ExhibitRow WHERE caseId = :id AND number >= :from ORDER BY number",
                        ExhibitRow.class)
                .setParameter("id", caseId)
                .setParameter("from", from)
                .setMaxResults(most)
                .setHint(HibernateHints.HINT_READ_ONLY, true)
                .getResultList();
    }

    /// The numbers of exhibits that their source has not taken off its page.
    List<Integer> shown(String caseId) {
        return entities.createQuery(
                        "SELECT number FROM ExhibitRow WHERE caseId = :id AND stub IS NOT NULL ORDER BY"
                                + " number",
                        Integer.class)
                .setParameter("id", caseId)
                .getResultList();
    }

    List<GenerationRow> generations(String caseId) {
        return entities.createQuery(
                        "FROM GenerationRow WHERE caseId = :id ORDER BY generation",
                        GenerationRow.class)
                .setParameter("id", caseId)
                .getResultList();
    }

    List<GrantRow> grants(String caseId) {
        return entities.createQuery(
                        "FROM GrantRow WHERE caseId = :id ORDER BY generation, person",
                        GrantRow.class)
                .setParameter("id", caseId)
                .getResultList();
    }

    /// In no order: that of their events counts.
    List<ReplyRow> replies(String caseId) {
        return entities.createQuery("FROM ReplyRow WHERE caseId = :id", ReplyRow.class)
                .setParameter("id", caseId)
                .getResultList();
    }

    Optional<ReplyRow> reply(String id) {
        return Optional.ofNullable(entities.find(ReplyRow.class, id));
    }

    List<CaseRow> grantedTo(String person) {
        return entities.createQuery(
                        "FROM CaseRow c WHERE EXISTS (FROM GrantRow g WHERE g.caseId = c.id AND"
                                + " g.person = :person) ORDER BY c.id",
                        CaseRow.class)
                .setParameter("person", person)
                .getResultList();
    }

    Optional<ScrubRow> scrub(String pass) {
        return Optional.ofNullable(entities.find(ScrubRow.class, pass));
    }

    void add(Object row) {
        entities.persist(row);
    }

    void remove(Object row) {
        entities.remove(row);
    }

    /// What was read so far is read again when it is asked for: others have changed it.
    void forget() {
        entities.flush();
        entities.clear();
    }

    /// Serialises the case's exhibits, so that each gets the next number.
    void lock(String key) {
        entities.createNativeQuery("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
                .setParameter("key", key)
                .getSingleResult();
    }
}
