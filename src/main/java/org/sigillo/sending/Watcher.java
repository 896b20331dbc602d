package org.sigillo.sending;

import java.time.Duration;

/// Is told how a journey goes on, from several threads. Never told what is in it. Listens to as much of it as it likes.
public interface Watcher {
    /// Tells nobody.
    Watcher NONE = new Watcher() {};

    /// The next one is sent.
    ///
    /// @param already how much of it, padding included, had arrived before
    default void begins(Content content, long already) {}

    /// So much more of it, padding included, has gone; less than nothing where it must go again.
    default void sent(long bytes) {}

    /// The newsroom cannot be reached, and is tried again after this pause.
    default void waits(String why, Duration pause) {}

    /// Something that the source should know.
    default void says(String sentence) {}
}
