package org.sigillo.stack;

/// The start cannot go on, for a reason that the person at the keyboard can do something about.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refused(String sentence) {
        super(sentence);
    }

    public Refused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
