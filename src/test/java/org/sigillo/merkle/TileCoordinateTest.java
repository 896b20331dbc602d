package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TileCoordinateTest {
    @Test
    void paths_group_three_digits() {
        assertThat(new TileCoordinate(0, 0, 256).path()).isEqualTo("tile/0/000");
        assertThat(new TileCoordinate(0, 999, 256).path()).isEqualTo("tile/0/999");
        assertThat(new TileCoordinate(1, 1000, 256).path()).isEqualTo("tile/1/x001/000");
        assertThat(new TileCoordinate(-1, 1234067, 8).path())
                .isEqualTo("tile/entries/x001/x234/067.p/8");
    }

    @Test
    void a_path_is_read_back_and_no_other_spelling_is() {
        for (long index : new long[] {0, 7, 999, 1000, 999_999, 1_000_000, 1_234_067}) {
            for (int width : new int[] {1, 255, 256}) {
                TileCoordinate tile = new TileCoordinate(3, index, width);
                assertThat(TileCoordinate.parse(tile.path())).contains(tile);
            }
        }
        for (String path :
                new String[] {
                    "tile/0/0",
                    "tile/00/000",
                    "tile/64/000",
                    "tile/0/x000/000",
                    "tile/0/000.p/0",
                    "tile/0/000.p/256",
                    "tile/0/000.p/01",
                    "tile/0/000/",
                    "tile/-1/000",
                    "/tile/0/000",
                    "tile/0/../000",
                    "tile/0/1000",
                    "tile/0/x999/x999/x999/x999/x999/x999/999",
                }) {
            assertThat(TileCoordinate.parse(path)).as(path).isEmpty();
        }
    }

    @Test
    void a_tree_of_70000_leaves_has_the_tiles_of_the_specification() {
        assertThat(TileCoordinate.forSize(70_000)).hasSize(273 + 1 + 2 + 1);
        assertThat(
                        TileCoordinate.forSize(70_000).stream()
                                .map(TileCoordinate::path)
                                .collect(Collectors.toSet()))
                .contains("tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1");
    }
}
