package org.sigillo.vault;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What an S3 store refused, or that it could not be asked.
final class StoreException extends IOException {
    private static final long serialVersionUID = 1;

    private final String code;

    StoreException(String message, String code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// The store's word, as in `AccessDenied`; empty if it said nothing.
    String code() {
        return code;
    }
}
