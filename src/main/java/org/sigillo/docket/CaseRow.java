package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A case as it is found by its source's locator.
@Entity
@Table(name = "docket_case")
class CaseRow {
    @Id String id = "";

    @Column(nullable = false)
    String locator = "";

    @Column(nullable = false)
    String source = "";

    protected CaseRow() {}

    CaseRow(String id, String locator, String source) {
        this.id = id;
        this.locator = locator;
        this.source = source;
    }
}
