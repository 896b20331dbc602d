package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// One generation's secret half, sealed to one person.
@Entity
@Table(name = "case_grant")
@IdClass(GrantRow.Key.class)
class GrantRow {
    @Id
    @Column(name = "case_id")
    String caseId = "";

    @Id long generation;

    @Id String person = "";

    @Column(nullable = false)
    byte[] sealed = new byte[0];

    protected GrantRow() {}

    GrantRow(String caseId, long generation, String person, byte[] sealed) {
        this.caseId = caseId;
        this.generation = generation;
        this.person = person;
        this.sealed = sealed.clone();
    }

    /// A person's grant of a generation.
    record Key(String caseId, long generation, String person) implements Serializable {}
}
