package org.sigillo.docket;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// The tables of work in hand.
@ApplicationScoped
class UnfinishedRows implements PanacheRepositoryBase<UnfinishedRow, String> {
    private final EntityManager entities;

    UnfinishedRows(EntityManager entities) {
        this.entities = entities;
    }

    /// In the order of their random ids.
    List<UnfinishedRow> ofCase(String caseId) {
        return list("caseId = ?1 ORDER BY exhibit", caseId);
    }

    Optional<UnfinishedRow> ofCase(String caseId, String exhibit) {
        return findByIdOptional(exhibit).filter(it -> it.caseId.equals(caseId));
    }

    List<UnfinishedRow> begunBefore(LocalDate day) {
        return list("day < ?1", day);
    }

    List<UnfinishedRow.Segment> segments(String exhibit) {
        return entities.createQuery(
                        "FROM UnfinishedSegment WHERE exhibit = :exhibit ORDER BY number",
                        UnfinishedRow.Segment.class)
                .setParameter("exhibit", exhibit)
                .getResultList();
    }

    Optional<UnfinishedRow.Segment> segment(String exhibit, int number) {
        return Optional.ofNullable(
                entities.find(
                        UnfinishedRow.Segment.class,
                        new UnfinishedRow.Segment.Key(exhibit, number)));
    }

    /// Bytes in the vault of all that is begun.
    long held() {
        return entities.createQuery(
                        "SELECT coalesce(sum(s.size), 0) FROM UnfinishedSegment s WHERE s.stored",
                        Long.class)
                .getSingleResult();
    }

    void add(Object row) {
        entities.persist(row);
    }

    /// The exhibit's row goes with its segments'.
    void remove(String exhibit) {
        entities.createQuery("DELETE FROM UnfinishedSegment WHERE exhibit = :exhibit")
                .setParameter("exhibit", exhibit)
                .executeUpdate();
        deleteById(exhibit);
    }
}
