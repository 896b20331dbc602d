package org.sigillo.sending;

import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

/// What has arrived of what was to be sent.
///
/// @param number of the exhibit in its case
/// @param before whether it had arrived before, and was not sent again
public record Sent(Content content, Id exhibit, long number, Sha256 sha256, boolean before) {}
