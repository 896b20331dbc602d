package org.sigillo.vault;

import java.io.IOException;

/// There is no room: less than the reserve would be left.
public final class VaultFullException extends IOException {
    private static final long serialVersionUID = 1;

    public VaultFullException() {
        super("the vault has no room left");
    }

    VaultFullException(String where, Throwable cause) {
        super(where + ": the store has no room left", cause);
    }
}
