package org.sigillo.sealing;

/// A sealed thing does not open: it was changed, cut, or is not for this key. Broken evidence
/// unless the reason is [Reason#WRONG_KEY]; never caught to go on with what was read so far.
public final class SealBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// What did not hold.
    public enum Reason {
        /// Nothing in the header opens with this identity or passphrase.
        WRONG_KEY("it is not sealed to this key"),
        /// The header is malformed or its authentication code is wrong.
        HEADER("its header is damaged"),
        /// A chunk was changed, moved, left out or added.
        PAYLOAD("its payload is damaged or cut short"),
        /// It opens, but what is inside is not what was promised.
        CONTENT("what is inside is not what was promised");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /// What was found, for people.
        public String words() {
            return words;
        }
    }

    private final Reason reason;

    SealBrokenException(Reason reason) {
        super("the seal is broken: " + reason.words);
        this.reason = reason;
    }

    SealBrokenException(Reason reason, Throwable cause) {
        super("the seal is broken: " + reason.words, cause);
        this.reason = reason;
    }

    /// What did not hold.
    public Reason reason() {
        return reason;
    }
}
