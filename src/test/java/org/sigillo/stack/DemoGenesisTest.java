package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.Genesis;

class DemoGenesisTest {
    private static final String SAID = "for witnesses: ";

    @TempDir private Path folder;

    @Test
    void says_where_the_keys_for_witnesses_are_and_they_are_there() throws IOException {
        try (DataFolder data = DataFolder.open(folder.resolve("data"), false)) {
            Path keys =
                    prepared(data).stream()
                            .filter(line -> line.startsWith(SAID))
                            .map(line -> Path.of(line.substring(SAID.length())))
                            .findFirst()
                            .orElseThrow();
            Genesis genesis = Genesis.parse(Files.readAllBytes(DemoGenesis.genesis(data)));
            assertThat(Files.readAllLines(keys)).isEqualTo(genesis.opened().keys());
        }
    }

    private static List<String> prepared(DataFolder data) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = System.out;
        try (PrintStream heard = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setOut(heard);
            DemoGenesis.prepare(data, 10);
        } finally {
            System.setOut(out);
        }
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
