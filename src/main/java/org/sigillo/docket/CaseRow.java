package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// A case as it is found by its source's locator.
@Entity
@Table(name = "docket_case")
class CaseRow {
    @Id String id = "";

    @Column(nullable = false)
    String locator = "";

    @Column(nullable = false)
    String source = "";

    /// By which a source's program knows generation 0 again, if it made that itself.
    byte @Nullable [] keepsake;

    protected CaseRow() {}

    CaseRow(String id, String locator, String source, byte @Nullable [] keepsake) {
        this.id = id;
        this.locator = locator;
        this.source = source;
        this.keepsake = keepsake == null ? null : keepsake.clone();
    }
}
