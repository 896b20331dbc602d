package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// The right edge of a tree, against the compact range and against all of its hashes.
class TreeEdgeTest {
    private static final int MOST = 70_000;

    @Test
    void an_edge_that_grows_has_the_root_and_completes_the_nodes_of_the_whole_tree() {
        TreeEdge edge = TreeEdge.empty();
        CompactRange range = CompactRange.empty();
        Map<Integer, List<Sha256>> levels = new HashMap<>();
        for (int i = 0; i < MOST; i++) {
            Sha256 leaf = Sha256.of(String.valueOf(i).getBytes());
            range.append(leaf);
            levels.computeIfAbsent(0, _ -> new ArrayList<>()).add(leaf);
            for (TreeEdge.Node node : edge.append(leaf)) {
                List<Sha256> level = levels.computeIfAbsent(node.level(), _ -> new ArrayList<>());
                assertThat(node.index()).isEqualTo(level.size());
                level.add(node.hash());
            }
            boolean boundary = i % 251 == 0 || i % 256 > 253 || i > MOST - 3;
            if (boundary) {
                assertThat(edge.root()).as("size %s", i + 1).isEqualTo(range.root());
                assertThat(TreeEdge.of(i + 1, tiles(levels)).root()).isEqualTo(range.root());
            }
        }
        assertThat(levels.get(1)).hasSize(MOST / 256);
        assertThat(levels.get(2)).hasSize(1);
        HashReader hashes = tiles(levels).hashes();
        assertThat(Proofs.root(MOST, hashes)).isEqualTo(range.root());
        ProofCheck.inclusion(
                levels.get(0).get(12_345),
                12_345,
                MOST,
                Proofs.inclusion(12_345, MOST, hashes),
                range.root());
        assertThatThrownBy(() -> hashes.hash(0, MOST)).isInstanceOf(ProofException.class);
    }

    @Test
    void an_edge_whose_hashes_are_missing_is_refused() {
        assertThatThrownBy(() -> TreeEdge.of(3, (level, index, width) -> List.of(Sha256.of())))
                .isInstanceOf(MalformedException.class);
    }

    private static TileReader tiles(Map<Integer, List<Sha256>> levels) {
        return (level, index, width) -> {
            List<Sha256> all = levels.getOrDefault(level, List.of());
            int from = Math.toIntExact(index * TileCoordinate.FULL);
            return all.subList(Math.min(from, all.size()), Math.min(all.size(), from + width));
        };
    }
}
