package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// One sealed file or message.
@Entity
@Table(name = "exhibit")
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

    @Column(nullable = false)
    byte[] stub = new byte[0];
}
