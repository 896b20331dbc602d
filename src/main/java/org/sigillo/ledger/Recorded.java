package org.sigillo.ledger;

import java.util.OptionalLong;
import org.sigillo.custody.Entry;

/// An event that the ledger holds, numbered or still waiting.
///
/// @param key under which it was queued, as in `exhibit.sealed/<exhibit>`: an id that its entry hides
/// @param index its entry's index; none while it waits
/// @param published whether a signed checkpoint covers it, so that it may be shown
/// @param closed whether a ledger holds it that was closed before this one began
public record Recorded(
        String key,
        Entry.Event event,
        byte[] nonce,
        OptionalLong index,
        boolean published,
        boolean closed) {
    public Recorded {
        nonce = nonce.clone();
    }

    Recorded ofClosed() {
        return new Recorded(key, event, nonce, index, published, true);
    }

    /// The part of its key that names what the event is about.
    public String about() {
        String[] parts = key.split("/", -1);
        return parts.length > 1 ? parts[1] : "";
    }

    /// The index as it may be shown to a source: none before the beat.
    public OptionalLong publishedIndex() {
        return published ? index : OptionalLong.empty();
    }
}
