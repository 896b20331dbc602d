package org.sigillo.release;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// One sealed segment of a draft, in the vault.
@Entity
@Table(name = "release_segment")
@IdClass(DraftSegmentRow.Key.class)
class DraftSegmentRow {
    @Id String release = "";
    @Id int number;
    long size;

    @Column(nullable = false)
    String digest = "";

    DraftSegmentRow() {}

    DraftSegmentRow(String release, int number, long size, String digest) {
        this.release = release;
        this.number = number;
        this.size = size;
        this.digest = digest;
    }

    record Key(String release, int number) implements Serializable {}
}
