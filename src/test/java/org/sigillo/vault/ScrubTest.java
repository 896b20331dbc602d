package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

/// What reading again finds, and how fast it reads.
class ScrubTest {
    private static final String ADDRESS = "segments/a/0";
    private static final byte[] BYTES = new byte[400_000];

    @TempDir Path folder;
    private FolderVault vault;

    @BeforeEach
    void an_object() throws IOException {
        vault = new FolderVault(folder, 0, InstantSource.system());
        vault.put(ADDRESS, BYTES);
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
    }

    @Test
    void it_tells_whole_from_altered_from_missing() throws Exception {
        Scrub scrub = new Scrub(vault, Scrub.Pace.FULL);
        assertThat(scrub.look(ADDRESS, Sha256.of(BYTES))).isEqualTo(new Scrub.Whole(BYTES.length));
        assertThat(scrub.look(ADDRESS, Sha256.of(new byte[1])))
                .isEqualTo(new Scrub.Altered(Sha256.of(BYTES)));
        assertThat(scrub.look("segments/a/1", Sha256.of(BYTES))).isEqualTo(new Scrub.Missing());
    }

    @Test
    void it_reads_no_faster_than_it_may() throws Exception {
        Scrub scrub = new Scrub(vault, Scrub.Pace.of(1_000_000));
        long begun = System.nanoTime();
        assertThat(scrub.require(ADDRESS, Sha256.of(BYTES))).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(400), Duration.ofSeconds(30));
    }
}
