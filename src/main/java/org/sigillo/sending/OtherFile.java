package org.sigillo.sending;

/// A file is not the one of which segments are there, or the server says so: nothing of that exhibit is
/// finished, and the file is begun anew.
final class OtherFile extends RuntimeException {
    private static final long serialVersionUID = 1;

    OtherFile(String what) {
        super(what);
    }
}
