package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/// One sealed reply to a source. Only what may change is updated: the database lets nothing else be.
@Entity
@Table(name = "reply")
@DynamicUpdate
class ReplyRow {
    @Id String id = "";

    @Column(name = "case_id", nullable = false)
    String caseId = "";

    long generation;

    /// None once its source has removed it.
    byte @Nullable [] box;

    boolean seen;

    protected ReplyRow() {}

    ReplyRow(String id, String caseId, long generation, byte[] box) {
        this.id = id;
        this.caseId = caseId;
        this.generation = generation;
        this.box = box.clone();
    }
}
