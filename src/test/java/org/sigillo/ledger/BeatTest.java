package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.ledger.QueueRows.Pending;

/// Which events a turn takes.
class BeatTest {
    private final Random random = new Random(7);
    private final Id first = Id.random(new java.security.SecureRandom());
    private final Id second = Id.random(new java.security.SecureRandom());
    private long ids;

    @Test
    void a_beat_gives_sources_exactly_k_entries_whatever_came() {
        for (int came = 0; came < 20; came++) {
            List<Pending> sources = new ArrayList<>();
            for (int i = 0; i < came; i++) {
                sources.add(source(i % 2 == 0 ? first : second, i));
            }
            List<Optional<Pending>> chosen =
                    Beat.choose(sources, List.of(), new Beat.Filled(8), random);
            assertThat(chosen).hasSize(8);
            assertThat(chosen.stream().flatMap(Optional::stream)).hasSize(Math.min(8, came));
        }
    }

    @Test
    void fillers_lie_anywhere_between_the_events() {
        Set<Integer> places = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            List<Optional<Pending>> chosen =
                    Beat.choose(List.of(source(first, 0)), List.of(), new Beat.Filled(8), random);
            for (int place = 0; place < 8; place++) {
                if (chosen.get(place).isPresent()) {
                    places.add(place);
                }
            }
        }
        assertThat(places).hasSize(8);
    }

    @Test
    void without_a_beat_sources_wait_and_staff_does_not() {
        Pending staff = staff("case.exported", Optional.of(second), 1);
        assertThat(
                        Beat.choose(
                                List.of(source(first, 0)),
                                List.of(staff),
                                new Beat.Nothing(),
                                random))
                .containsExactly(Optional.of(staff));
    }

    @Test
    void what_changes_trust_never_overtakes_an_act_that_waits_and_is_not_overtaken() {
        Pending held = staff("grant.given", Optional.of(first), 1);
        Pending before = staff("release.refused", Optional.empty(), 2);
        Pending trust = staff("person.role-given", Optional.empty(), 3);
        Pending after = staff("case.generation", Optional.of(second), 4);
        List<Pending> staff = List.of(held, before, trust, after);
        assertThat(Beat.choose(List.of(source(first, 0)), staff, new Beat.Nothing(), random))
                .containsExactly(Optional.of(before));
        assertThat(Beat.choose(List.of(), staff, new Beat.Nothing(), random))
                .containsExactly(
                        Optional.of(held),
                        Optional.of(before),
                        Optional.of(trust),
                        Optional.of(after));
    }

    @Test
    void at_once_means_everything_and_no_filler() {
        List<Pending> sources = List.of(source(first, 0), source(first, 1));
        assertThat(Beat.choose(sources, List.of(), new Beat.AllAtOnce(), random))
                .containsExactly(Optional.of(sources.get(0)), Optional.of(sources.get(1)));
    }

    private Pending source(Id caseId, long position) {
        return pending(true, "exhibit.sealed", Optional.of(caseId), position);
    }

    private Pending staff(String type, Optional<Id> caseId, long position) {
        return pending(false, type, caseId, position);
    }

    private Pending pending(boolean bySource, String type, Optional<Id> caseId, long position) {
        return new Pending(
                ids++,
                "key",
                Sha256.of(),
                new byte[32],
                bySource,
                caseId,
                position,
                0,
                type,
                new byte[0]);
    }
}
