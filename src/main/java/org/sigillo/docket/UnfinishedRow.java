package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.sigillo.bytes.Sha256;

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

    /// Whether it was begun by this case, and so.
    boolean isBegun(org.sigillo.custody.Id byCase, Unfinished.Begun begun) {
        return caseId.equals(byCase.hex())
                && generation == begun.generation()
                && size == begun.size()
                && Arrays.equals(stub, begun.stub());
    }

    /// @param all its segments, of which those are shown that are stored
    Unfinished.Upload shown(List<Segment> all) {
        return new Unfinished.Upload(
                org.sigillo.custody.Id.parse(exhibit),
                new Unfinished.Begun(generation, size, stub),
                all.stream().filter(it -> it.stored).map(Segment::shown).toList());
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

        void claim(Unfinished.Segment segment) {
            size = segment.size();
            digest = segment.digest().hex();
            mark = segment.mark().bytes();
        }

        private Unfinished.Segment shown() {
            return new Unfinished.Segment(number, size, Sha256.parse(digest), Sha256.copyOf(mark));
        }

        /// The exhibit's segment of this number.
        record Key(String exhibit, int number) implements Serializable {}
    }
}
