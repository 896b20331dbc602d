package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
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

    /// One of its segments: claimed by whoever is sending it, then stored.
    @Entity(name = "UnfinishedSegment")
    @Table(name = "unfinished_segment")
    @IdClass(Segment.Key.class)
    static class Segment {
        @Id String exhibit = "";

        @Id int number;

        long size;

        @Column(nullable = false)
        String digest = "";

        @Column(nullable = false)
        byte[] mark = new byte[0];

        boolean stored;

        protected Segment() {}

        Segment(String exhibit, int number) {
            this.exhibit = exhibit;
            this.number = number;
        }

        /// The exhibit's segment of this number.
        record Key(String exhibit, int number) implements Serializable {}
    }
}
