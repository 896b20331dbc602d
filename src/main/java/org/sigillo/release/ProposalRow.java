package org.sigillo.release;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// The public half of a proposal's reading key.
@Entity
@Table(name = "release_proposal")
class ProposalRow {
    @Id String release = "";

    @Column(nullable = false)
    String recipient = "";

    ProposalRow() {}

    ProposalRow(String release, String recipient) {
        this.release = release;
        this.recipient = recipient;
    }
}
