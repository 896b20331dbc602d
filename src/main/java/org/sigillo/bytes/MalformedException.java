package org.sigillo.bytes;

/// Bytes that are not what their format demands. The message says what was expected and never
/// repeats content.
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
