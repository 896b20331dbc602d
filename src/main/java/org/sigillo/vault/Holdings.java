package org.sigillo.vault;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sigillo.bytes.Sha256;

/// What one register has committed to the vault. An object counts when the register says that it holds
/// it, never because it lies there.
public interface Holdings {
    /// Everything below this prefix is this register's, and nobody else's.
    String prefix();

    /// Those of these addresses that are held now.
    default Map<String, Held> heldOf(List<String> addresses) {
        Set<String> asked = Set.copyOf(addresses);
        Map<String, Held> held = new HashMap<>();
        forEach(it -> {
            if (asked.contains(it.address())) {
                held.put(it.address(), it);
            }
        });
        return held;
    }

    /// Everything that is held, in an order that tells nothing.
    void forEach(Consumer<Held> visitor);

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
