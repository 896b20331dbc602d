package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Codename;
import org.sigillo.waiting.Line;

/// What a source's browser keeps between two requests, inside the seal.
class SessionTest {
    private static final Instant AT = Instant.parse("2026-11-25T10:00:00Z");
    private static final Codename CODENAME =
            Codename.parse("abacus abdomen abdominal zoology zoom yo-yo t-shirt").orElseThrow();
    private static final Line.Place PLACE =
            new Line.Place(Id.parse("0123456789abcdef0123456789abcdef"), AT.minusSeconds(90));

    private static String text(Session session) {
        return new String(session.encode(), StandardCharsets.UTF_8);
    }

    private static void holdsFor(Duration held, Session session) {
        assertThat(Session.decode(session.encode(), AT.plus(held)).orElseThrow().encode())
                .isEqualTo(session.encode());
        assertThat(Session.decode(session.encode(), AT.plus(held).plusSeconds(1))).isEmpty();
    }

    @Test
    void holds_a_codename_for_half_an_hour_until_a_word_of_it_is_confirmed() {
        Session shown = new Session.Shown(CODENAME, 3, Session.Begin.AT_ONCE, AT);
        assertThat(text(shown))
                .isEqualTo(
                        "{\"asked\":3,\"codename\":\"abacus abdomen abdominal zoology zoom yo-yo"
                                + " t-shirt\",\"issued\":1795600800,\"mayBegin\":2,\"v\":1}");
        holdsFor(Duration.ofMinutes(30), shown);
    }

    @Test
    void holds_a_codename_for_half_an_hour_while_its_turn_is_waited_for() {
        Session waiting = new Session.Waiting(Optional.of(CODENAME), Session.Begin.NOT, PLACE, AT);
        assertThat(text(waiting))
                .isEqualTo(
                        "{\"issued\":1795600800,\"mayBegin\":0,\"place\":\"0123456789abcdef0123456789abcdef\","
                                + "\"since\":1795600710,\"v\":1,\"waits\":\"abacus abdomen abdominal"
                                + " zoology zoom yo-yo t-shirt\"}");
        holdsFor(Duration.ofMinutes(30), waiting);
    }

    @Test
    void holds_a_codename_for_half_an_hour_in_all_however_late_it_was_confirmed() {
        Session.Waiting confirmed =
                new Session.Shown(CODENAME, 3, Session.Begin.AT_ONCE, AT).confirmed(PLACE);
        assertThat(confirmed.codename().orElseThrow().revealText())
                .isEqualTo(CODENAME.revealText());
        assertThat(confirmed.begin()).isEqualTo(Session.Begin.AT_ONCE);
        holdsFor(Duration.ofMinutes(30), confirmed);
        holdsFor(
                Duration.ofMinutes(30),
                new Session.Shown(CODENAME, 3, Session.Begin.AT_ONCE, AT)
                        .confirmed(new Line.Place(PLACE.id(), AT.plus(Duration.ofMinutes(29)))));
    }

    @Test
    void holds_a_place_for_a_day_where_there_is_no_codename_yet() {
        Session waiting = new Session.Waiting(Optional.empty(), Session.Begin.IN_TURN, PLACE, AT);
        assertThat(text(waiting))
                .isEqualTo(
                        "{\"issued\":1795600800,\"mayBegin\":1,\"place\":\"0123456789abcdef0123456789abcdef\","
                                + "\"since\":1795600710,\"v\":1}");
        holdsFor(Duration.ofHours(24), waiting);
    }

    @Test
    void ends_two_hours_after_it_was_used_and_after_a_day_in_any_case() {
        String seed = "ab".repeat(32);
        Session.Known known =
                new Session.Known(Sha256.ZERO, seed, Sha256.of(), Session.Begin.IN_TURN, AT, AT);
        assertThat(text(known))
                .isEqualTo(
                        "{\"issued\":1795600800,\"locator\":\""
                                + "0".repeat(64)
                                + "\",\"mayBegin\":1,\"seed\":\""
                                + seed
                                + "\",\"used\":1795600800,\"v\":1,\"words\":\""
                                + Sha256.of()
                                + "\"}");
        String before = text(known).replaceFirst(",\"words\":\"[0-9a-f]+\"", "");
        assertThat(Session.decode(before.getBytes(StandardCharsets.UTF_8), AT))
                .as("sealed by an earlier version")
                .isEmpty();
        holdsFor(Duration.ofHours(2), known);
        holdsFor(Duration.ofHours(24), known.renewed(AT.plus(Duration.ofHours(23))));
        Session.Proven proven =
                new Session.Proven(Sha256.ZERO, Sha256.ZERO, Session.Begin.NOT, AT, AT);
        holdsFor(Duration.ofHours(2), proven);
        holdsFor(Duration.ofHours(24), proven.renewed(AT.plus(Duration.ofHours(23))));
    }

    @Test
    void shows_nothing_of_itself() {
        assertThat(
                        new Session.Waiting(Optional.of(CODENAME), Session.Begin.NOT, PLACE, AT)
                                .toString())
                .isEqualTo("Waiting[redacted]");
    }

    @Test
    void of_another_version_is_none() {
        assertThatThrownBy(() ->
                        Session.decode(
                                "{\"issued\":0,\"v\":2}".getBytes(StandardCharsets.UTF_8), AT))
                .isInstanceOf(MalformedException.class);
    }
}
