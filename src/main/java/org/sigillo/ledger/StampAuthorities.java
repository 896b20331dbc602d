package org.sigillo.ledger;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sigillo.note.TimeStamp;

/// The operator's list of time stamp authorities: a line each, `name address roots`, the roots being a
/// PEM file beside the list; `#` begins a comment. One that is not asked any more stays in the list with
/// `-` for its address as long as there are stamps of it.
final class StampAuthorities {
    private StampAuthorities() {}

    static List<StampClient.Authority> read(Path file) throws IOException {
        List<StampClient.Authority> authorities = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String line : Files.readAllLines(file)) {
            String text = line.replaceFirst("#.*", "").strip();
            if (text.isEmpty()) {
                continue;
            }
            String[] words = text.split("\\s+");
            if (words.length != 3 || !names.add(words[0])) {
                throw new IllegalArgumentException(
                        file + ": a line is: name address roots, each name once; not: " + text);
            }
            Path roots = file.resolveSibling(words[2]);
            authorities.add(
                    new StampClient.Authority(
                            words[0],
                            URI.create(words[1]),
                            TimeStamp.Anchors.parse(Files.readString(roots))));
        }
        return List.copyOf(authorities);
    }
}
