package org.sigillo.vault;

import java.io.IOException;
import java.util.List;

/// There is no room: less than the reserve would be left.
public final class VaultFullException extends IOException {
    private static final long serialVersionUID = 1;

    /// ENOSPC and EDQUOT.
    private static final List<String> SAID =
            List.of("No space left on device", "Disk quota exceeded");

    private static final long LEAST = 64 * 1024;

    public VaultFullException() {
        super("the vault has no room left");
    }

    private VaultFullException(IOException cause) {
        super("the vault has no room left", cause);
    }

    VaultFullException(String where, Throwable cause) {
        super(where + ": the store has no room left", cause);
    }

    /// What a disk says when it is full, or its owner may use no more of it. By its words, in any language where it has not even this left:
    /// the JDK has no other sign of it.
    ///
    /// @param free bytes that may still be written
    static IOException orSame(IOException failure, long free) {
        String said = String.valueOf(failure.getMessage());
        return free < LEAST || SAID.stream().anyMatch(said::contains)
                ? new VaultFullException(failure)
                : failure;
    }
}
