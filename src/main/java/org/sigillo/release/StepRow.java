package org.sigillo.release;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

/// How far the writing of a released package is.
@Entity
@Table(name = "release_step")
@IdClass(StepRow.Key.class)
class StepRow {
    /// Every byte but the last proofs lies in the vault.
    static final String WRITTEN = "written";

    /// All of it does, and the public sees it.
    static final String SHOWN = "shown";

    @Id String release = "";
    @Id String step = "";

    StepRow() {}

    StepRow(String release, String step) {
        this.release = release;
        this.step = step;
    }

    record Key(String release, String step) implements Serializable {}
}
