package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which checkpoint a proof is of, while one witness of two is away.
class UnwitnessedTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private final List<Long> lookedAt = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private Ledger ledger;
    private Volume volume;

    @BeforeEach
    void twelve_checkpoints_with_one_line_each() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        volume = Volume.open(scene.app, scene.newsroom.genesis, seal(), _ -> {});
        for (int i = 0; i < 12; i++) {
            oneMore();
        }
    }

    @Test
    void no_checkpoint_is_looked_at_for_a_second_proof() {
        assertThat(first(0)).isEmpty();
        assertThat(lookedAt).hasSizeGreaterThanOrEqualTo(12).doesNotHaveDuplicates();
        lookedAt.clear();
        assertThat(first(0)).isEmpty();
        assertThat(first(sizes.get(5))).isEmpty();
        assertThat(first(sizes.getLast() - 1)).isEmpty();
        assertThat(lookedAt).isEmpty();
    }

    @Test
    void only_what_is_new_is_looked_at_with_the_next_checkpoint() throws SQLException {
        assertThat(first(sizes.get(3))).isEmpty();
        lookedAt.clear();
        oneMore();
        assertThat(first(sizes.get(3))).isEmpty();
        assertThat(lookedAt).containsExactly(sizes.getLast());
        lookedAt.clear();
        assertThat(first(0)).isEmpty();
        assertThat(lookedAt).doesNotContainAnyElementsOf(sizes.subList(4, sizes.size()));
    }

    @Test
    void a_line_that_comes_later_is_seen_at_once_wherever_it_comes() throws SQLException {
        assertThat(first(0)).isEmpty();
        cosign(sizes.get(5), "two");
        assertThat(first(0)).contains(sizes.get(5));
        assertThat(first(sizes.get(4))).contains(sizes.get(5));
        assertThat(first(sizes.get(5))).isEmpty();
        lookedAt.clear();
        assertThat(first(0)).contains(sizes.get(5));
        assertThat(lookedAt).as("the one that is witnessed").containsExactly(sizes.get(5));
        oneMore();
        cosign(sizes.getLast(), "two");
        assertThat(first(sizes.get(5))).contains(sizes.getLast());
    }

    @Test
    void one_that_nobody_had_cosigned_yet_counts_as_soon_as_it_is_witnessed() throws SQLException {
        ledger.turn(true);
        long size = scene.number("SELECT max(size) FROM ledger_checkpoint");
        assertThat(first(size - 1)).isEmpty();
        assertThat(first(0)).isEmpty();
        cosign(size, "one");
        assertThat(first(size - 1)).isEmpty();
        cosign(size, "two");
        assertThat(first(size - 1)).contains(size);
        assertThat(first(0)).contains(size);
    }

    @Test
    void what_was_asked_too_early_of_hundreds_does_not_push_out_what_is_known_of_a_long_time()
            throws SQLException {
        assertThat(first(0)).isEmpty();
        long before = sizes.getLast();
        for (int i = 0; i < 300; i++) {
            ledger.turn(true);
            long size = scene.number("SELECT max(size) FROM ledger_checkpoint");
            assertThat(first(size - 1)).as("its witness has not answered yet").isEmpty();
            cosign(size, "one");
        }
        lookedAt.clear();
        assertThat(first(0)).isEmpty();
        assertThat(lookedAt).isNotEmpty().allMatch(size -> size > before);
    }

    private Optional<Long> first(long index) {
        return volume.firstCovering(
                        index,
                        it -> {
                            lookedAt.add(it.checkpoint().size());
                            return it.note().contains("one.example")
                                    && it.note().contains("two.example");
                        })
                .map(it -> it.checkpoint().size());
    }

    private void oneMore() throws SQLException {
        ledger.turn(true);
        sizes.add(scene.number("SELECT max(size) FROM ledger_checkpoint"));
        cosign(sizes.getLast(), "one");
    }

    private static void cosign(long size, String witness) throws SQLException {
        try (Connection connection = scene.app.getConnection()) {
            new Rows(connection)
                    .notes(seal())
                    .cosigned(size, "— " + witness + ".example AAAAAAAAAAAA");
        }
    }

    private static RowSeal seal() {
        return RowSeal.of(scene.newsroom.logKeys.getFirst());
    }
}
