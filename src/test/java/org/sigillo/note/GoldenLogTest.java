package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;

/// A whole log that Tessera wrote, as it was at each of its sixteen sizes.
class GoldenLogTest {
    private static final String ORIGIN = "example.com/log/testdata";
    private static final Path LOG = Path.of("src/test/resources/vectors/tessera-log");
    private static final NoteVerifier KEY =
            NoteVerifier.parse(ORIGIN + "+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void signature_root_tile_and_bundle_agree(int size) throws IOException {
        Checkpoint checkpoint =
                Checkpoint.verified(
                        Files.readString(LOG.resolve("checkpoint." + size)), ORIGIN, List.of(KEY));
        assertThat(checkpoint.size()).isEqualTo(size);
        List<TileCoordinate> bundles = TileCoordinate.ofLevel(TileCoordinate.ENTRIES, size);
        CompactRange range = CompactRange.empty();
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (TileCoordinate at : bundles) {
            byte[] bundle = Files.readAllBytes(LOG.resolve(at.path()));
            List<byte[]> entries = EntryBundle.decode(bundle);
            assertThat(entries).hasSize(size);
            assertThat(EntryBundle.encode(entries)).isEqualTo(bundle);
            for (byte[] entry : entries) {
                range.append(MerkleHash.leaf(entry));
                hashes.writeBytes(MerkleHash.leaf(entry).bytes());
            }
        }
        assertThat(checkpoint.root()).isEqualTo(range.root());
        assertThat(TileCoordinate.forSize(size)).hasSize(size == 0 ? 0 : 1);
        for (TileCoordinate at : TileCoordinate.forSize(size)) {
            assertThat(Files.readAllBytes(LOG.resolve(at.path()))).isEqualTo(hashes.toByteArray());
        }
    }
}
