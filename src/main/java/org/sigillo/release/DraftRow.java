package org.sigillo.release;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A release that somebody has begun.
@Entity
@Table(name = "release_draft")
class DraftRow {
    @Id String id = "";

    @Column(nullable = false)
    String drafter = "";

    DraftRow() {}

    DraftRow(String id, String drafter) {
        this.id = id;
        this.drafter = drafter;
    }
}
