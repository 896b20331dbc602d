package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

class TileCacheTest {
    private final List<String> reads = new ArrayList<>();
    private int grown = TileCoordinate.FULL;
    private final TileReader tiles =
            (level, index, width) -> {
                reads.add(level + "/" + index);
                return IntStream.range(0, Math.min(width, grown))
                        .mapToObj(i -> hash(level, index * TileCoordinate.FULL + i))
                        .toList();
            };

    private static Sha256 hash(int level, long index) {
        return Sha256.of(new byte[] {(byte) level, (byte) (index >> 8), (byte) index});
    }

    @Test
    void a_tile_is_read_once_for_all_readers() {
        TileCache cache = new TileCache(2);
        assertThat(cache.over(tiles).hash(0, 3)).isEqualTo(hash(0, 3));
        assertThat(cache.over(tiles).hash(0, 255)).isEqualTo(hash(0, 255));
        assertThat(reads).containsExactly("0/0");
    }

    @Test
    void a_tile_that_had_not_grown_so_far_is_read_again() {
        TileCache cache = new TileCache(2);
        grown = 5;
        HashReader hashes = cache.over(tiles);
        assertThat(hashes.hash(1, 4)).isEqualTo(hash(1, 4));
        assertThatThrownBy(() -> hashes.hash(1, 5)).isInstanceOf(ProofException.class);
        grown = 6;
        assertThat(hashes.hash(1, 5)).isEqualTo(hash(1, 5));
        assertThat(hashes.hash(1, 4)).isEqualTo(hash(1, 4));
        assertThat(reads).containsExactly("1/0", "1/0", "1/0");
    }

    @Test
    void the_tile_that_was_not_used_for_longest_is_forgotten() {
        TileCache cache = new TileCache(2);
        HashReader hashes = cache.over(tiles);
        hashes.hash(0, 0);
        hashes.hash(0, 256);
        hashes.hash(0, 1);
        hashes.hash(0, 512);
        hashes.hash(0, 2);
        assertThat(reads).containsExactly("0/0", "0/1", "0/2");
        hashes.hash(0, 257);
        assertThat(reads).containsExactly("0/0", "0/1", "0/2", "0/1");
    }
}
