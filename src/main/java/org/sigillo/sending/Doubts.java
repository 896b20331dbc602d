package org.sigillo.sending;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.custody.Id;

/// What a server says of single exhibits that does not hold: it is named in the end, and stops nothing of the rest.
final class Doubts {
    private final Map<Id, BrokenEvidenceException> broken = new LinkedHashMap<>();

    /// Of what is said of an exhibit.
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /// What this reads of an exhibit; none if it does not hold.
    <T> Optional<T> whole(Id exhibit, Reading<T> reading) throws IOException {
        try {
            return Optional.of(reading.read());
        } catch (BrokenEvidenceException e) {
            broken.put(exhibit, e);
        } catch (MalformedException e) {
            broken.put(
                    exhibit,
                    new BrokenEvidenceException(
                            "stub of exhibit " + exhibit,
                            "in its form",
                            String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    boolean of(Id exhibit) {
        return broken.containsKey(exhibit);
    }

    Map<Id, BrokenEvidenceException> all() {
        return Collections.unmodifiableMap(broken);
    }
}
