package org.sigillo.intake;

import java.io.IOException;

/// What takes in forms: ours, with one vault or another, or a peer's.
interface Receiver extends AutoCloseable {
    String name();

    /// The process that serves forms.
    long pid();

    /// A form of a source that has not been here before.
    Form form() throws IOException, InterruptedException;

    /// A page that somebody else asks for meanwhile; how long it took, in seconds.
    double page() throws IOException, InterruptedException;

    /// Throws away what has come, where that is allowed.
    void forget() throws IOException;

    @Override
    void close() throws IOException;
}
