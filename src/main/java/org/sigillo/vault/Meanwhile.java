package org.sigillo.vault;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// What a running application removes from its vault while somebody goes through it: checkpoints that
/// two later ones have followed, and what nobody holds. Anything else that is not there is missing.
public final class Meanwhile {
    private static final Pattern CHECKPOINT =
            Pattern.compile("((?:ledgers/[0-9]+/)?checkpoints)/[0-9]{20}");

    /// As many of a ledger's checkpoints stay (`docs/spec/sequencing.md` §4).
    private static final int STAY = 2;

    private final Vault vault;
    private final Optional<Set<String>> held;

    /// @param held by what an inventory says; nothing if there is none, and so anything may be held
    public Meanwhile(Vault vault, Optional<Set<String>> held) {
        this.vault = vault;
        this.held = held.map(Set::copyOf);
    }

    /// Demands that an object that is not there may be gone.
    ///
    /// @throws BrokenEvidenceException if it is missing
    public void requireGone(String address, Optional<Sha256> expected) throws IOException {
        if (!isOvertaken(address) && !isNobodys(address)) {
            throw new BrokenEvidenceException(
                    "the vault's " + address,
                    expected.map(Sha256::hex).orElse("an object"),
                    Address.NOTHING);
        }
    }

    /// Whether it is a checkpoint, and as many later ones of its ledger are there as stay.
    private boolean isOvertaken(String address) throws IOException {
        Matcher checkpoint = CHECKPOINT.matcher(address);
        return checkpoint.matches()
                && vault.list(checkpoint.group(1)).stream()
                                .filter(it -> CHECKPOINT.matcher(it).matches())
                                .filter(it -> it.compareTo(address) > 0)
                                .count()
                        >= STAY;
    }

    /// Whether no inventory names it, and the vault no longer does.
    private boolean isNobodys(String address) throws IOException {
        return held.isPresent()
                && !held.get().contains(address)
                && !vault.list(address.substring(0, address.lastIndexOf('/'))).contains(address);
    }
}
