package org.sigillo.vault;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/// How long a settled object must be kept; the words are those of S3 Object Lock.
///
/// @param until the first day (UTC) on which it may be removed
/// @param hold a legal hold keeps it beyond that day until somebody lifts it
public record Retention(Mode mode, LocalDate until, boolean hold) {
    public enum Mode {
        /// A credential with the right to bypass, which no server has, can remove it earlier.
        GOVERNANCE,
        /// Nobody can, not even the store's administrator.
        COMPLIANCE
    }

    public static Retention governance(LocalDate until) {
        return new Retention(Mode.GOVERNANCE, until, false);
    }

    /// Of what is public and never changes, as long as a server runs that renews it: to the first day of the third month from now,
    /// so that each object is renewed once a month.
    public static Retention published(InstantSource clock) {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        return governance(today.withDayOfMonth(1).plusMonths(3));
    }

    /// Whether this protects at least as well as another.
    public boolean covers(Retention other) {
        return !until.isBefore(other.until)
                && (mode == Mode.COMPLIANCE || other.mode == Mode.GOVERNANCE)
                && (hold || !other.hold);
    }

    /// The stronger of both in every respect: nothing is ever shortened.
    public Retention and(Retention other) {
        return new Retention(
                mode == Mode.COMPLIANCE ? mode : other.mode,
                until.isAfter(other.until) ? until : other.until,
                hold || other.hold);
    }

    /// What is missing where this is what holds now, if anything is.
    static Optional<Retention> missing(Optional<Retention> now, Optional<Retention> wanted) {
        if (wanted.isEmpty() || now.isPresent() && now.get().covers(wanted.get())) {
            return Optional.empty();
        }
        return Optional.of(now.map(wanted.get()::and).orElseGet(wanted::get));
    }
}
