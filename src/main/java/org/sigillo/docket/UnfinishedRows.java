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

    List<UnfinishedRow> begunBefore(LocalDate day) {
        return list("day < ?1", day);
    }

    List<UnfinishedSegmentRow> segments(String exhibit) {
        return entities.createQuery(
                        "FROM UnfinishedSegmentRow WHERE exhibit = :exhibit ORDER BY number",
                        UnfinishedSegmentRow.class)
                .setParameter("exhibit", exhibit)
                .getResultList();
    }

    Optional<UnfinishedSegmentRow> segment(String exhibit, int number) {
        return Optional.ofNullable(
                entities.find(
                        UnfinishedSegmentRow.class, new UnfinishedSegmentRow.Key(exhibit, number)));
    }

    /// Bytes in the vault of all that is begun.
    long held() {
        return entities.createQuery(
                        "SELECT coalesce(sum(s.size), 0) FROM UnfinishedSegmentRow s WHERE s.stored",
                        Long.class)
                .getSingleResult();
    }

    void add(Object row) {
        entities.persist(row);
    }

    /// The exhibit's row goes with its segments'.
    void remove(String exhibit) {
        entities.createQuery("DELETE FROM UnfinishedSegmentRow WHERE exhibit = :exhibit")
                .setParameter("exhibit", exhibit)
                .executeUpdate();
        deleteById(exhibit);
    }
}
