package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A client that takes as much of an answer as the test lets it, in a time that the test turns.
class UntakenTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// How much later than that it may be seen.
    private static final Duration LATER = PATIENCE.dividedBy(4);

    private static final long MOST = 10_000;

    private long nanos;
    private final Owed owed = new Owed(MOST, () -> nanos);
    private final Client client = new Client(new Untaken(PATIENCE, owed));

    @AfterEach
    void over() {
        client.finishAndReleaseAll();
    }

    private static final class Client extends EmbeddedChannel {
        private long takes;

        Client(ChannelHandler handler) {
            super(handler);
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer answers) {
            while (takes > 0 && answers.current() instanceof ByteBuf current) {
                long some = Math.min(takes, current.readableBytes());
                answers.removeBytes(some);
                takes -= some;
            }
        }

        void takes(long bytes) {
            takes = bytes;
            flush();
        }
    }

    private void answers(int bytes) {
        client.writeOneOutbound(Unpooled.wrappedBuffer(new byte[bytes]));
        client.flush();
    }

    private void passes(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            client.advanceTimeBy(1, TimeUnit.SECONDS);
            client.runScheduledPendingTasks();
        }
    }

    private void endsOnceItTakesNothing() {
        passes(PATIENCE.minusSeconds(1));
        assertThat(client.isOpen()).isTrue();
        passes(LATER.plusSeconds(1));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void an_answer_of_which_nothing_is_taken_is_not_kept() {
        answers(1000);
        endsOnceItTakesNothing();
    }

    @Test
    void the_least_that_is_taken_begins_the_time_anew() {
        answers(1000);
        for (int i = 0; i < 100; i++) {
            passes(PATIENCE.minusSeconds(1));
            client.takes(1);
            assertThat(client.isOpen()).isTrue();
        }
        endsOnceItTakesNothing();
    }

    @Test
    void more_answers_are_no_sign_that_anything_is_taken() {
        answers(1000);
        for (int i = 0; i < 5; i++) {
            passes(LATER);
            answers(1000);
        }
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void of_all_answers_that_are_not_taken_the_most_on_one_connection_are_not_kept() {
        Client other = new Client(new Untaken(PATIENCE, owed));
        answers(4_000);
        other.writeOneOutbound(Unpooled.wrappedBuffer(new byte[5_000]));
        other.flush();
        answers(900);
        assertThat(client.isOpen() && other.isOpen()).as("as many as may be").isTrue();
        answers(200);
        assertThat(client.isOpen()).as("5,100 of 10,100").isFalse();
        assertThat(other.isOpen()).isTrue();
        other.writeOneOutbound(Unpooled.wrappedBuffer(new byte[(int) MOST]));
        other.flush();
        assertThat(other.isOpen())
                .as("what had ended counts no more, and alone it may be long")
                .isTrue();
        other.takes(15_000);
        other.finishAndReleaseAll();
    }

    @Test
    void whoever_has_had_time_and_took_nothing_ends_before_whoever_is_owed_more_since_now() {
        Client other = new Client(new Untaken(PATIENCE, owed));
        answers(3_000);
        nanos += Duration.ofSeconds(10).toNanos();
        other.writeOneOutbound(Unpooled.wrappedBuffer(new byte[6_000]));
        other.flush();
        assertThat(client.isOpen()).isTrue();
        other.writeOneOutbound(Unpooled.wrappedBuffer(new byte[2_000]));
        other.flush();
        assertThat(client.isOpen()).isFalse();
        assertThat(other.isOpen()).isTrue();
        other.takes(8_000);
        other.finishAndReleaseAll();
    }

    @Test
    void what_was_taken_whole_ends_nothing_and_the_next_answer_has_its_own_time() {
        answers(1000);
        passes(PATIENCE.minusSeconds(1));
        client.takes(1000);
        passes(Duration.ofDays(1));
        assertThat(client.isOpen()).isTrue();
        answers(1000);
        endsOnceItTakesNothing();
    }
}
