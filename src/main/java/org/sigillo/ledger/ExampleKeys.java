package org.sigillo.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;

/// The keys whose secret halves come with the program: good for the demo, open to everybody.
final class ExampleKeys {
    private ExampleKeys() {}

    /// @throws IllegalStateException if one of the first people has an example key
    static void refuse(Genesis genesis) {
        Set<Sha256> examples = load();
        for (CustodyEvent.Founder founder : genesis.opened().people()) {
            if (examples.contains(founder.recipient())) {
                throw new IllegalStateException(
                        "The genesis names an example key (person "
                                + founder.person()
                                + "), whose secret half everybody has. Found a ledger with keys of"
                                + " your own, or set sigillo.demo=true for a demo.");
            }
        }
    }

    private static Set<Sha256> load() {
        try (InputStream in = ExampleKeys.class.getResourceAsStream("example-keys")) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its list of example keys");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Sha256::parse)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
