package org.sigillo.release;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;

/// The releases' tables.
@ApplicationScoped
class ReleaseRows implements PanacheRepositoryBase<DraftRow, String> {
    private final EntityManager entities;

    ReleaseRows(EntityManager entities) {
        this.entities = entities;
    }

    void add(Object row) {
        entities.persist(row);
    }

    List<DraftSegmentRow> segments(String release) {
        return entities.createQuery(
                        "FROM DraftSegmentRow WHERE release = :release ORDER BY number",
                        DraftSegmentRow.class)
                .setParameter("release", release)
                .getResultList();
    }

    List<DraftSegmentRow> everySegment() {
        return entities.createQuery(
                        "FROM DraftSegmentRow ORDER BY release, number", DraftSegmentRow.class)
                .getResultList();
    }

    Optional<DraftSegmentRow> segment(String release, int number) {
        return Optional.ofNullable(
                entities.find(DraftSegmentRow.class, new DraftSegmentRow.Key(release, number)));
    }

    Optional<ProposalRow> proposal(String release) {
        return Optional.ofNullable(entities.find(ProposalRow.class, release));
    }

    Optional<ReadingGrantRow> grant(String release, String person) {
        return Optional.ofNullable(
                entities.find(ReadingGrantRow.class, new ReadingGrantRow.Key(release, person)));
    }

    Optional<ReadingKeyRow> readingKey(String release) {
        return Optional.ofNullable(entities.find(ReadingKeyRow.class, release));
    }

    void forgetReadingKey(String release) {
        readingKey(release).ifPresent(entities::remove);
    }

    boolean reached(String release, String step) {
        return entities.find(StepRow.class, new StepRow.Key(release, step)) != null;
    }

    List<String> proposed() {
        return entities.createQuery("SELECT release FROM ProposalRow", String.class)
                .getResultList();
    }

    /// Releases that the public sees, in the order of their random ids.
    List<String> shown() {
        return entities.createQuery(
                        "SELECT release FROM StepRow WHERE step = 'shown' ORDER BY release",
                        String.class)
                .getResultList();
    }

    /// Releases that are decided and not yet shown.
    List<String> unfinished() {
        return entities.createQuery(
                        "SELECT release FROM ReadingKeyRow UNION SELECT w.release FROM StepRow w"
                                + " WHERE w.step = 'written' AND NOT EXISTS (SELECT 1 FROM StepRow"
                                + " s WHERE s.release = w.release AND s.step = 'shown')",
                        String.class)
                .getResultList();
    }
}
