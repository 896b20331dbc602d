package org.sigillo.docket;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;

/// The docket's tables.
@ApplicationScoped
class DocketRows implements PanacheRepositoryBase<CaseRow, String> {
    private final EntityManager entities;

    DocketRows(EntityManager entities) {
        this.entities = entities;
    }

    Optional<CaseRow> byLocator(String locator) {
        return find("locator", locator).firstResultOptional();
    }

    List<ExhibitRow> exhibits(String caseId) {
        return entities.createQuery(
                        "FROM ExhibitRow WHERE caseId = :id ORDER BY number", ExhibitRow.class)
                .setParameter("id", caseId)
                .getResultList();
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

    List<CaseRow> grantedTo(String person) {
        return entities.createQuery(
                        "FROM CaseRow c WHERE EXISTS (FROM GrantRow g WHERE g.caseId = c.id AND"
                                + " g.person = :person) ORDER BY c.id",
                        CaseRow.class)
                .setParameter("person", person)
                .getResultList();
    }

    void add(Object row) {
        entities.persist(row);
    }

    /// Serialises the case's exhibits, so that each gets the next number.
    void lock(String key) {
        entities.createNativeQuery("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
                .setParameter("key", key)
                .getSingleResult();
    }
}
