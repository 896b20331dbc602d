package org.sigillo.merkle;

/// A proof that does not prove what it was given for.
public final class ProofException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ProofException(String message) {
        super(message);
    }

    ProofException(String what, Object expected, Object found) {
        super(what + ": expected " + expected + ", found " + found);
    }
}
