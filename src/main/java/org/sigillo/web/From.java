package org.sigillo.web;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.MalformedException;

/// The query's `from`, at every door that hands out a case in parts: with which exhibit, counted from 1, a part begins.
public final class From {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");

    private From() {}

    /// Reads it, where there is none as the first.
    ///
    /// @throws MalformedException if it is not a number of up to six digits
    public static int exhibit(@Nullable String from) {
        if (from == null) {
            return 1;
        }
        if (!NUMBER.matcher(from).matches()) {
            throw new MalformedException("\"from\" is not the number of an exhibit");
        }
        return Integer.parseInt(from);
    }
}
