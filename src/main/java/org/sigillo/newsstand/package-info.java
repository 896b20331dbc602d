/// The public's door: what was released, each file, and how to check it.
///
/// Open [NewsPage] first, then [FilesApi]. Nothing is shown before its last proofs are in place;
/// nothing here knows of anything that was not released. No script, no cookie, no question to anybody
/// else. Not trusted: whoever downloads checks the package itself.
@NullMarked
package org.sigillo.newsstand;

import org.jspecify.annotations.NullMarked;
