package org.sigillo.ledger;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.sigillo.cli.Sigillo;

/// How a command ended, and what it wrote to both outputs.
record Said(int code, String text) {
    static Said by(String... command) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        PrintStream out = System.out;
        try (PrintStream heard = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setErr(heard);
            System.setOut(heard);
            return new Said(Sigillo.run(command), said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
    }
}
