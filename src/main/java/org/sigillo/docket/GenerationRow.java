package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// The public half of one generation of a case key.
@Entity
@Table(name = "case_generation")
@IdClass(GenerationRow.Key.class)
class GenerationRow {
    @Id
    @Column(name = "case_id")
    String caseId = "";

    @Id long generation;

    @Column(nullable = false)
    String recipient = "";

    protected GenerationRow() {}

    GenerationRow(String caseId, long generation, String recipient) {
        this.caseId = caseId;
        this.generation = generation;
        this.recipient = recipient;
    }

    /// A generation of a case.
    record Key(String caseId, long generation) implements Serializable {}
}
