package org.sigillo.ledger;

import java.util.List;
import java.util.Optional;
import org.sigillo.vault.Vault;

/// What tests put around a ledger.
public final class Around {
    private Around() {}

    /// A vault, and nobody who watches.
    public static Ledger.Surroundings vault(Vault vault) {
        return new Ledger.Surroundings(
                Optional.of(vault), Optional.empty(), List.of(), true, Runnable::run);
    }
}
