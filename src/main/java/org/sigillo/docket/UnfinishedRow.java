package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.LocalDate;

/// An exhibit that a sender has begun.
@Entity
@Table(name = "unfinished")
class UnfinishedRow {
    @Id String exhibit = "";

    @Column(name = "case_id", nullable = false)
    String caseId = "";

    long generation;

    long size;

    @Column(nullable = false)
    byte[] stub = new byte[0];

    @Column(nullable = false)
    LocalDate day = LocalDate.EPOCH;

    protected UnfinishedRow() {}

    UnfinishedRow(String exhibit, String caseId, LocalDate day, Unfinished.Begun begun) {
        this.exhibit = exhibit;
        this.caseId = caseId;
        this.generation = begun.generation();
        this.size = begun.size();
        this.stub = begun.stub();
        this.day = day;
    }
}
