package org.sigillo.bytes;

import java.util.Optional;

/// What was asked for will not be done, and nothing is broken: a wrong codename, a second proposal,
/// a role that is missing. The sentence tells the person who asked what to do next; it never holds
/// content, and a refusal is never logged with any.
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why, in the terms of RFC 9110 §15.5 where no other is named.
    public enum Kind {
        MALFORMED(400),
        SIGNED_OUT(401),
        NOT_YOURS(403),
        UNKNOWN(404),
        CONFLICT(409),
        GONE(410),
        TOO_LARGE(413),
        OUT_OF_RANGE(416),
        CLOSED(503),
        /// RFC 4918 §11.5.
        FULL(507);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final Kind kind;
    private final String guard;

    /// @param guard a word for programs (`first-wins`, `role-missing`); may be empty
    public Refusal(Kind kind, String guard, String sentence) {
        super(sentence, null, false, false);
        this.kind = kind;
        this.guard = guard;
    }

    /// Of a signed statement, before it is entered.
    public static Refusal ofStatement(BrokenEvidenceException why) {
        return new Refusal(
                Kind.NOT_YOURS,
                "statement",
                "The signed statement does not hold. "
                        + why.getMessage()
                        + ". Load the page again and sign with your own key file.");
    }

    public Kind kind() {
        return kind;
    }

    public Optional<String> guard() {
        return guard.isEmpty() ? Optional.empty() : Optional.of(guard);
    }

    /// A sentence for people.
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
