package org.sigillo.docket;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A pass of the scrub: the one that runs, or the last that ended.
@Entity
@Table(name = "vault_scrub")
class ScrubRow {
    static final String RUNNING = "running";
    static final String ENDED = "ended";

    @Id String pass = "";

    @Column(nullable = false)
    Instant since = Instant.EPOCH;

    @Column(nullable = false)
    Instant begun = Instant.EPOCH;

    @Nullable Instant ended;

    @Column(nullable = false)
    String register = "";

    @Column(nullable = false)
    String address = "";

    long objects;
    long bytes;
    long damaged;
    long unread;

    @Column(nullable = false)
    String unreadable = "";

    protected ScrubRow() {}

    ScrubRow(String pass) {
        this.pass = pass;
    }
}
