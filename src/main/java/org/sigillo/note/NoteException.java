package org.sigillo.note;

/// A note, key, checkpoint or proof that is malformed or whose signature does not hold.
public final class NoteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoteException(String message) {
        super(message);
    }

    public NoteException(String message, Throwable cause) {
        super(message, cause);
    }
}
