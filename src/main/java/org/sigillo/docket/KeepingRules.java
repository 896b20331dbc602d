package org.sigillo.docket;

import java.time.LocalDate;
import java.util.Optional;
import org.sigillo.vault.Retention;

/// How long segments are kept: for a short while what anybody may send, for longer what a reviewer has
/// taken up.
///
/// @param arrived days from the day on which it came
/// @param takenUp days from the day on which the case was taken up
/// @param mode of what was taken up
/// @param hold whether what was taken up is under a legal hold besides
record KeepingRules(int arrived, int takenUp, Retention.Mode mode, boolean hold) {
    Optional<Retention> of(LocalDate came, Optional<LocalDate> taken, LocalDate today) {
        Retention first = Retention.governance(came.plusDays(arrived));
        Retention wanted =
                taken.map(day -> new Retention(mode, day.plusDays(takenUp), hold).and(first))
                        .orElse(first);
        return wanted.until().isAfter(today) || wanted.hold()
                ? Optional.of(wanted)
                : Optional.empty();
    }
}
