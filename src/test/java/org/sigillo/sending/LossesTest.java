package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;

class LossesTest extends Journey {
    private static final String PUT = "PUT /api/exhibits/.*/segments/.*";

    @Test
    void a_segment_that_was_cut_off_goes_again() throws IOException {
        drop.troubles.add(once(PUT, Journey::hangUp));
        Content file = file("a", 5 << 20, "a");
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(2);
        assertArrived(file);
    }

    @Test
    void a_server_that_is_gone_for_a_while_is_waited_for() throws IOException {
        drop.troubles.add(
                once(
                        PUT,
                        exchange -> {
                            Thread.startVirtualThread(() -> {
                                drop.stop();
                                try {
                                    Thread.sleep(300);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                drop.start();
                            });
                            return hangUp(exchange);
                        }));
        Content file = file("a", CUT + 10L, "a");
        // A connection that the old server took and never answers is given up after minutes:
        // longer than what is short.
        send(
                new Patience(
                        Duration.ofMillis(2),
                        Duration.ofMillis(50),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10)),
                file);
        assertArrived(file);
    }

    @Test
    void answers_that_were_lost_are_asked_for_again() throws IOException {
        for (String kind :
                List.of(
                        "PUT /api/case",
                        "POST /api/exhibits",
                        PUT,
                        "POST /api/exhibits/.*/finish")) {
            drop.troubles.add(once(kind, exchange -> swallowed(exchange)));
        }
        Content file = file("a", 70_000, "a");
        assertThat(send(SHORT, file)).hasSize(1);
        assertThat(drop.asked).filteredOn(it -> it.endsWith("/finish")).hasSize(2);
        assertArrived(file);
    }

    /// Does what was asked and says nothing.
    private boolean swallowed(HttpExchange exchange) throws IOException {
        drop.routeQuietly(exchange);
        return true;
    }

    @Test
    void a_segment_that_arrived_otherwise_goes_again() throws IOException {
        drop.troubles.add(once(PUT, answering(400, "digest")));
        drop.troubles.add(once(PUT, answering(409, "again")));
        drop.troubles.add(once(PUT, answering(503, "busy")));
        Content file = file("a", 70_000, "a");
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(4);
        assertArrived(file);
    }

    @Test
    void a_segment_that_the_server_lost_is_sealed_and_sent_again() throws IOException {
        drop.troubles.add(
                once(
                        "POST /api/exhibits/.*/finish",
                        exchange -> {
                            only().segments.remove(0);
                            return false;
                        }));
        Content file = file("a", CUT + 1L, "a");
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(3);
        assertArrived(file);
    }

    @Test
    void a_session_that_ends_in_the_middle_is_proven_again() throws IOException {
        drop.troubles.add(
                once(
                        PUT,
                        exchange -> {
                            drop.sessions.end();
                            return false;
                        }));
        Content file = file("a", CUT + 1L, "a");
        send(SHORT, file);
        assertThat(drop.asked).filteredOn("POST /api/session/proof"::equals).hasSizeGreaterThan(1);
        assertArrived(file);
    }

    @Test
    void a_newer_generation_is_traced_and_taken() throws IOException {
        send(SHORT, message("First."));
        AtomicInteger before = new AtomicInteger();
        drop.troubles.add(exchange -> {
            if (line(exchange).equals("POST /api/exhibits") && before.getAndIncrement() == 0) {
                drop.own.nextGeneration(newsroom.rosa);
            }
            return false;
        });
        List<Sent> sent = send(SHORT, message("Second."));
        assertThat(
                        drop.own
                                .exhibits
                                .get(sent.getFirst().exhibit().hex())
                                .begun
                                .number("generation"))
                .isEqualTo(1);
    }

    @Test
    void other_receivers_are_read_and_granted_to() throws IOException {
        drop.troubles.add(once("PUT /api/case", answering(409, "receivers")));
        send(SHORT, message("Hello."));
        assertThat(drop.asked).filteredOn("GET /api/intake"::equals).hasSize(2);
        assertThat(drop.own.granted(newsroom.remy)).isNotNull();
    }

    @Test
    void a_segment_of_another_program_will_do_if_it_is_of_this_file() throws IOException {
        Content file = file("a", 70_000, "a");
        drop.troubles.add(always("POST /api/exhibits/.*/finish", Journey::hangUp));
        assertThatThrownBy(() -> send(NONE, file)).isInstanceOf(IOException.class);
        drop.troubles.clear();
        AtomicInteger asked = new AtomicInteger();
        // It had not come when this program first looked.
        drop.shown = it -> asked.getAndIncrement() > 0 ? it : withoutSegments(it);
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(2);
        assertArrived(file);
    }

    private Json.Obj withoutSegments(Json.Obj view) {
        return view.with(
                "unfinished",
                Json.array(
                        view.array("unfinished").stream()
                                .map(it -> ((Json.Obj) it).with("segments", Json.array(List.of())))
                                .toList()));
    }

    @Test
    void what_stays_lost_is_said_and_ends() {
        drop.troubles.add(always("POST /api/exhibits", Journey::hangUp));
        assertThatThrownBy(() -> send(NONE, message("Hello.")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out of reach");
    }

    @Test
    void what_is_refused_for_good_is_not_repeated() {
        drop.troubles.add(always("POST /api/exhibits", answering(507, "full")));
        assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no room");
        assertThat(drop.asked).filteredOn("POST /api/exhibits"::equals).hasSize(1);
    }

    @Test
    void a_case_that_is_full_is_said_with_what_to_do() {
        drop.troubles.add(always("POST /api/exhibits", answering(409, "full-case")));
        assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("archive")
                .hasMessageContaining("new codename");
        assertThat(drop.asked).filteredOn("POST /api/exhibits"::equals).hasSize(1);
    }
}
