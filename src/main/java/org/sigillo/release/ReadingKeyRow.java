package org.sigillo.release;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// The reading key of a release that is decided but not yet written.
@Entity
@Table(name = "release_reading_key")
class ReadingKeyRow {
    @Id String release = "";

    @Column(nullable = false)
    String identity = "";

    ReadingKeyRow() {}

    ReadingKeyRow(String release, String identity) {
        this.release = release;
        this.identity = identity;
    }
}
