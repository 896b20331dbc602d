package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// One of its segments: claimed by whoever is sending it, then stored.
@Entity
@Table(name = "unfinished_segment")
@IdClass(UnfinishedSegmentRow.Key.class)
class UnfinishedSegmentRow {
    @Id String exhibit = "";

    @Id int number;

    long size;

    @Column(nullable = false)
    String digest = "";

    @Column(nullable = false)
    byte[] mark = new byte[0];

    boolean stored;

    protected UnfinishedSegmentRow() {}

    UnfinishedSegmentRow(String exhibit, int number) {
        this.exhibit = exhibit;
        this.number = number;
    }

    /// The exhibit's segment of this number.
    record Key(String exhibit, int number) implements Serializable {}
}
