package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/// One sealed file or message. Only what may change is updated: the database lets nothing else be.
@Entity
@Table(name = "exhibit")
@DynamicUpdate
class ExhibitRow {
    @Id String id = "";

    @Column(name = "case_id", nullable = false)
    String caseId = "";

    int number;

    long generation;

    long size;

    @Column(nullable = false)
    String segments = "";

    @Column(nullable = false)
    byte[] label = new byte[0];

    /// None once its source has removed it.
    byte @Nullable [] stub = new byte[0];
}
