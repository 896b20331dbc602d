package org.sigillo.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// What one register has committed to the vault. An object counts when the register says that it holds
/// it, never because it lies there.
public interface Holdings {
    /// Everything below this prefix is this register's, and nobody else's.
    String prefix();

    /// Those of these addresses that are held now, as [#forEach] visits them.
    default void heldOf(List<String> addresses, Consumer<Held> visitor) {
        Set<String> asked = Set.copyOf(addresses);
        forEach(it -> {
            if (asked.contains(it.address())) {
                visitor.accept(it);
            }
        });
    }

    /// The same by their addresses, if all of it can be told.
    default Map<String, Held> heldOf(List<String> addresses) {
        Map<String, Held> held = new HashMap<>();
        heldOf(addresses, it -> held.put(it.address(), it));
        return held;
    }

    /// Those of these addresses that are held, told by going through the whole register, each part of it compared with what it follows
    /// from. Only what is not among them is nobody's: a row that somebody renamed leaves what it held to no row at all.
    default Set<String> heldInAll(List<String> addresses) {
        return heldOf(addresses).keySet();
    }

    /// Everything that is held, in an order that tells nothing. Where something of it cannot be told, all the rest is visited first.
    ///
    /// @throws UncheckedIOException if the vault had to be asked what something is, and gave no answer
    /// @throws MalformedException if a row that says so is no such row
    /// @throws BrokenEvidenceException if a row says something else than what it follows from
    void forEach(Consumer<Held> visitor);

    /// Visits parts of a register, and throws what one failed with of those that cannot be told, after all the others: broken evidence
    /// before anything else.
    static <T> void visit(Collection<T> parts, Consumer<T> visitor) {
        RuntimeException failed = null;
        for (T part : parts) {
            try {
                visitor.accept(part);
            } catch (UncheckedIOException | MalformedException e) {
                failed = failed == null ? e : failed;
            } catch (BrokenEvidenceException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /// Writes an object anew that the vault has lost, where the register can make it again.
    ///
    /// @return whether it could
    default boolean restore(String address) throws IOException {
        return false;
    }

    /// An object that is held.
    ///
    /// @param digest SHA-256 of its bytes
    /// @param settles whether it goes to its final place; what is still being worked on stays in staging
    /// @param kept how long it must be kept there, if at all
    record Held(String address, Sha256 digest, boolean settles, Optional<Retention> kept) {}
}
