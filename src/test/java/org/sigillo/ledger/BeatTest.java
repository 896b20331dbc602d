package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
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
            List<Pending> drawn = sources.subList(0, Math.min(8, came));
            List<Optional<Pending>> chosen =
                    Beat.choose(drawn, List.of(), List.of(), new Beat.Filled(8), random);
            assertThat(chosen).hasSize(8);
            assertThat(chosen.stream().flatMap(Optional::stream))
                    .containsExactlyInAnyOrderElementsOf(drawn);
            for (Id caseId : List.of(first, second)) {
                assertThat(of(caseId, chosen.stream().flatMap(Optional::stream).toList()))
                        .as("each case's in its order")
                        .isEqualTo(of(caseId, drawn));
            }
        }
    }

    @Test
    void fillers_lie_anywhere_between_the_events() {
        Set<Integer> places = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            List<Optional<Pending>> chosen =
                    Beat.choose(
                            List.of(source(first, 0)),
                            List.of(),
                            List.of(),
                            new Beat.Filled(8),
                            random);
            for (int place = 0; place < 8; place++) {
                if (chosen.get(place).isPresent()) {
                    places.add(place);
                }
            }
        }
        assertThat(places).hasSize(8);
    }

    private static List<Pending> of(Id caseId, List<Pending> some) {
        return some.stream().filter(it -> it.caseId().equals(Optional.of(caseId))).toList();
    }

    @Test
    void without_a_beat_sources_wait_and_what_staff_signed_does_not() {
        Pending signed = staff("case.generation", Optional.of(second), 1);
        assertThat(
                        Beat.choose(
                                List.of(),
                                List.of(begun(first)),
                                List.of(signed),
                                new Beat.Nothing(),
                                random))
                .containsExactly(Optional.of(signed));
    }

    @Test
    void a_signed_act_waits_for_what_began_its_case_and_others_for_the_beat_whatever_came() {
        Pending signed = staff("case.generation", Optional.of(first), 1);
        Pending fetched = staff("exhibit.fetched", Optional.of(first), 2);
        Pending begun = begun(first);
        List<Pending> staff = List.of(signed, fetched);
        assertThat(between(List.of(begun), staff)).isEmpty();
        assertThat(between(List.of(), staff)).containsExactly(signed);
        assertThat(onBeat(List.of(), List.of(begun), staff)).containsExactly(fetched);
        assertThat(onBeat(List.of(), List.of(), staff)).containsExactly(signed, fetched);
        assertThat(onBeat(List.of(begun), List.of(begun), staff))
                .as("with the beat that numbers it")
                .containsExactly(begun, signed, fetched);
    }

    private List<Pending> onBeat(List<Pending> drawn, List<Pending> before, List<Pending> staff) {
        return Beat.choose(drawn, before, staff, new Beat.Filled(drawn.size()), random).stream()
                .map(Optional::orElseThrow)
                .toList();
    }

    @Test
    void what_only_adds_to_who_counts_waits_for_nobody() {
        Newsroom newsroom = new Newsroom();
        Pending held = staff("case.generation", Optional.of(first), 1);
        Pending fetched = staff("exhibit.fetched", Optional.of(first), 2);
        Pending enrolled = staff(newsroom.enrol(newsroom.rosa), 3);
        Pending confirmed = staff(newsroom.confirm(newsroom.elena, newsroom.rosa), 4);
        Pending given = staff(newsroom.give(newsroom.elena, newsroom.rosa, Role.REVIEWER), 5);
        Pending release = staff("release.released", Optional.empty(), 6);
        assertThat(
                        between(
                                List.of(begun(first)),
                                List.of(held, fetched, enrolled, confirmed, given, release)))
                .containsExactly(enrolled, confirmed, given, release);
    }

    @Test
    void what_may_take_away_never_overtakes_a_signed_act_that_waits_and_is_not_overtaken() {
        Newsroom newsroom = new Newsroom();
        for (Entry.Event change :
                List.of(
                        newsroom.give(newsroom.elena, newsroom.rosa, Role.ADMINISTRATOR),
                        newsroom.change(newsroom.elena, new Rules(2, 10, 8, 0, 2)))) {
            Pending held = staff("grant.given", Optional.of(first), 1);
            Pending before = staff("release.refused", Optional.empty(), 2);
            Pending trust = staff(change, 3);
            Pending after = staff("case.generation", Optional.of(second), 4);
            List<Pending> staff = List.of(held, before, trust, after);
            assertThat(between(List.of(begun(first)), staff)).containsExactly(before);
            assertThat(between(List.of(source(first, 0)), staff)).isEqualTo(staff);
            // One that nobody signed keeps nothing waiting.
            Pending fetched = staff("exhibit.fetched", Optional.of(first), 1);
            assertThat(between(List.of(begun(first)), List.of(fetched, trust, after)))
                    .containsExactly(trust, after);
        }
    }

    @Test
    void who_becomes_administrator_was_a_reviewer_for_every_case_that_was_granted_before() {
        Newsroom newsroom = new Newsroom();
        Pending role = staff(newsroom.give(newsroom.elena, newsroom.rosa, Role.ADMINISTRATOR), 1);
        Pending after = staff("release.refused", Optional.empty(), 2);
        assertThat(Beat.newAdministrator(role)).hasValue(newsroom.rosa.id);
        assertThat(between(List.of(granted(newsroom.rosa.id)), List.of(role, after))).isEmpty();
        assertThat(between(List.of(granted(newsroom.remy.id)), List.of(role, after)))
                .containsExactly(role, after);
    }

    @Test
    void at_once_means_everything_and_no_filler() {
        List<Pending> sources = List.of(source(first, 0), source(first, 1));
        assertThat(Beat.choose(sources, List.of(), List.of(), new Beat.AllAtOnce(), random))
                .containsExactly(Optional.of(sources.get(0)), Optional.of(sources.get(1)));
    }

    /// What is numbered between two beats.
    private List<Pending> between(List<Pending> sources, List<Pending> staff) {
        return Beat.choose(List.of(), sources, staff, new Beat.Nothing(), random).stream()
                .map(Optional::orElseThrow)
                .toList();
    }

    private Pending begun(Id caseId) {
        return pending(true, "case.opened", Optional.of(caseId), 0, new byte[0]);
    }

    private Pending granted(Id person) {
        CustodyEvent fact = new CaseEvent.GrantGiven(person, 0, Sha256.of(), Optional.empty());
        Entry.Event event =
                new Entry.Event(
                        "2026-11-24",
                        Optional.of(Entry.caseTag(new byte[32], first)),
                        Optional.of(Entry.Event.SOURCE),
                        fact);
        return pending(true, fact.type(), Optional.of(first), 0, bytes(event));
    }

    private Pending source(Id caseId, long position) {
        return pending(true, "exhibit.sealed", Optional.of(caseId), position, new byte[0]);
    }

    private Pending staff(String type, Optional<Id> caseId, long position) {
        return pending(false, type, caseId, position, new byte[0]);
    }

    private Pending staff(Entry.Event event, long position) {
        return pending(false, event.fact().type(), Optional.empty(), position, bytes(event));
    }

    private static byte[] bytes(Entry.Event event) {
        return CanonicalJson.encode(event.json());
    }

    private Pending pending(
            boolean bySource, String type, Optional<Id> caseId, long position, byte[] event) {
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
                event);
    }
}
