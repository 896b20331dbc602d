package org.sigillo.sending;

import java.time.Duration;

/// Is told how a journey goes on, from several threads. Never told what is in it.
public interface Watcher {
    /// Tells nobody.
    Watcher NONE =
            new Watcher() {
                @Override
                public void begins(Content content, long already) {}

                @Override
                public void sent(long bytes) {}

                @Override
                public void waits(String why, Duration pause) {}

                @Override
                public void says(String sentence) {}
            };

    /// The next one is sent.
    ///
    /// @param already how much of it, padding included, had arrived before
    void begins(Content content, long already);

    /// So much more of it, padding included, has gone; less than nothing where it must go again.
    void sent(long bytes);

    /// The newsroom cannot be reached, and is tried again after this pause.
    void waits(String why, Duration pause);

    /// Something that the source should know.
    void says(String sentence);
}
