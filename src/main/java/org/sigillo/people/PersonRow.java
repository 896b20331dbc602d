package org.sigillo.people;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A cached person; the ledger says what is true of them.
@Entity
@Table(name = "person")
class PersonRow {
    @Id String id = "";

    @Column(nullable = false)
    String name = "";

    @Column(nullable = false)
    String recipient = "";

    @Column(nullable = false)
    byte[] salt = new byte[0];

    @Column(nullable = false)
    String asked = "";

    protected PersonRow() {}

    PersonRow(String id, String name, String recipient, byte[] salt, String asked) {
        this.id = id;
        this.name = name;
        this.recipient = recipient;
        this.salt = salt.clone();
        this.asked = asked;
    }
}
