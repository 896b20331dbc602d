package org.sigillo.vault;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An object may not be removed yet.
public final class RetainedException extends IOException {
    private static final long serialVersionUID = 1;

    public RetainedException(String address, @Nullable Throwable cause) {
        super(address + " is kept by its retention or a legal hold", cause);
    }
}
