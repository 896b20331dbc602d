package org.sigillo.bytes;

/// Something that the ledger vouches for is not what the ledger says: a root, a seal, a signature,
/// a row. Never caught to continue; whoever meets it stops writing and says so.
public final class BrokenEvidenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String where;
    private final String expected;
    private final String found;

    /// @param where names the thing by its id or index, never by its content
    public BrokenEvidenceException(String where, String expected, String found) {
        super(where + ": expected " + expected + ", found " + found);
        this.where = where;
        this.expected = expected;
        this.found = found;
    }

    public String where() {
        return where;
    }

    public String expected() {
        return expected;
    }

    public String found() {
        return found;
    }
}
