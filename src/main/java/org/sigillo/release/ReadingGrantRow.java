package org.sigillo.release;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// A proposal's reading key, sealed to one person.
@Entity
@Table(name = "release_grant")
@IdClass(ReadingGrantRow.Key.class)
class ReadingGrantRow {
    @Id String release = "";
    @Id String person = "";

    @Column(nullable = false)
    byte[] sealed = new byte[0];

    ReadingGrantRow() {}

    ReadingGrantRow(String release, String person, byte[] sealed) {
        this.release = release;
        this.person = person;
        this.sealed = sealed.clone();
    }

    record Key(String release, String person) implements Serializable {}
}
