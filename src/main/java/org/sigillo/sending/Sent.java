package org.sigillo.sending;

import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

/// What has arrived of what was to be sent.
///
/// @param number of the exhibit in its case
/// @param before whether it had arrived before, and was not sent again
public record Sent(Content content, Id exhibit, long number, Sha256 sha256, boolean before) {
    /// For people.
    public String line() {
        return (before ? "Had arrived already: " : "Arrived: ")
                + Told.of(content.isMessage())
                + " "
                + number
                + ", "
                + Told.bytes(content.size())
                + ", SHA-256 "
                + sha256
                + " ("
                + content.shownName()
                + ")"
                + (before ? "; not sent again, --anyway does" : "");
    }
}
