package org.sigillo.ledger;

import java.util.OptionalLong;
import org.sigillo.custody.Entry;

/// An event that the ledger holds, numbered or still waiting.
///
/// @param index its entry's index; none while it waits
/// @param published whether a signed checkpoint covers it, so that it may be shown
public record Recorded(Entry.Event event, byte[] nonce, OptionalLong index, boolean published) {
    public Recorded {
        nonce = nonce.clone();
    }

    /// The index as it may be shown to a source: none before the beat.
    public OptionalLong publishedIndex() {
        return published ? index : OptionalLong.empty();
    }
}
