package org.sigillo.ledger;

import java.util.OptionalLong;
import org.sigillo.custody.Entry;

/// An event that the ledger holds, numbered or still waiting.
///
/// @param index its entry's index; none while it waits
/// @param published whether a signed checkpoint covers it, so that it may be shown
/// @param closed whether a ledger holds it that was closed before this one began
public record Recorded(
        Entry.Event event, byte[] nonce, OptionalLong index, boolean published, boolean closed) {
    public Recorded {
        nonce = nonce.clone();
    }

    Recorded ofClosed() {
        return new Recorded(event, nonce, index, published, true);
    }

    /// The index as it may be shown to a source: none before the beat.
    public OptionalLong publishedIndex() {
        return published ? index : OptionalLong.empty();
    }
}
