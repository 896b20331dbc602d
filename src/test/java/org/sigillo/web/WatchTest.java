package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A connection's time, which the test turns.
class WatchTest {
    private static final Duration UNASKED = Duration.ofMinutes(2);
    private static final Duration SMALL = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);

    private final Idle idle = new Idle();
    private final EmbeddedChannel connection =
            new EmbeddedChannel(new Watch(UNASKED, SMALL, false, idle));

    @AfterEach
    void over() {
        connection.finishAndReleaseAll();
    }

    private static HttpRequest head(HttpMethod method) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/");
    }

    private void asks() {
        connection.writeInbound(head(HttpMethod.GET), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void piece() {
        connection.writeInbound(new DefaultHttpContent(Unpooled.copyLong(1)));
    }

    private void answers(HttpResponseStatus status) {
        connection.writeOutbound(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER));
    }

    private void passes(Duration time) {
        connection.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
    }

    private void endsAfter(Duration time) {
        passes(time.minusSeconds(1));
        assertThat(connection.isOpen()).isTrue();
        passes(Duration.ofSeconds(1));
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void nothing_was_asked() {
        endsAfter(UNASKED);
    }

    @Test
    void an_answer_may_take_its_time_and_the_next_request_may_not() {
        passes(UNASKED.minusSeconds(1));
        asks();
        passes(DAY);
        assertThat(connection.isOpen()).isTrue();
        answers(HttpResponseStatus.OK);
        passes(UNASKED.minusSeconds(1));
        asks();
        passes(DAY);
        answers(HttpResponseStatus.OK);
        endsAfter(UNASKED);
    }

    @Test
    void an_answer_that_comes_in_pieces_has_not_ended_before_the_last() {
        asks();
        connection.writeOutbound(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        passes(DAY);
        assertThat(connection.isOpen()).isTrue();
        connection.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        endsAfter(UNASKED);
    }

    @Test
    void a_large_body_may_take_its_time_and_a_small_one_may_not() {
        connection.writeInbound(head(HttpMethod.POST));
        passes(DAY);
        assertThat(connection.isOpen()).isTrue();
        small();
        piece();
        endsAfter(SMALL);
    }

    private void small() {
        connection.pipeline().get(Watch.class).small(connection.pipeline().context(Watch.class));
    }

    @Test
    void a_small_body_that_came_in_time_is_answered_whenever() {
        connection.writeInbound(head(HttpMethod.POST));
        small();
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        small();
        passes(DAY);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void it_is_told_what_a_body_brings_and_once_when_it_is_whole() {
        AtomicInteger told = new AtomicInteger();
        AtomicInteger brought = new AtomicInteger();
        Watch.Arriving body =
                new Watch.Arriving() {
                    @Override
                    public void brought(int bytes) {
                        brought.addAndGet(bytes);
                    }

                    @Override
                    public void whole() {
                        told.incrementAndGet();
                    }
                };
        connection.writeInbound(head(HttpMethod.POST));
        connection.pipeline().get(Watch.class).follow(body);
        piece();
        assertThat(told).hasValue(0);
        assertThat(brought).hasPositiveValue();
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(told).hasValue(1);
        answers(HttpResponseStatus.OK);
        asks();
        assertThat(told).hasValue(1);
        connection.pipeline().get(Watch.class).follow(body);
        assertThat(told).as("is whole already").hasValue(2);
    }

    @Test
    void a_body_that_goes_on_after_its_answer_does_not_keep_the_connection() {
        connection.writeInbound(head(HttpMethod.POST));
        answers(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        passes(Duration.ofSeconds(19));
        piece();
        passes(Duration.ofSeconds(1));
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void of_a_body_that_goes_on_after_its_answer_the_connection_ends_soon() {
        connection.writeInbound(head(HttpMethod.POST));
        answers(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        endsAfter(Duration.ofSeconds(20));
    }

    @Test
    void a_body_that_ends_after_its_answer_leaves_the_connection_as_any() {
        connection.writeInbound(head(HttpMethod.POST));
        answers(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        endsAfter(UNASKED);
    }

    @Test
    void it_gives_way_as_long_as_nothing_is_answered_on_it_the_longest_first() {
        EmbeddedChannel later = new EmbeddedChannel(new Watch(UNASKED, SMALL, false, idle));
        asks();
        idle.makeRoom();
        assertThat(later.isOpen()).as("the other is being answered").isFalse();
        idle.makeRoom();
        assertThat(connection.isOpen()).isTrue();
        answers(HttpResponseStatus.OK);
        EmbeddedChannel last = new EmbeddedChannel(new Watch(UNASKED, SMALL, false, idle));
        connection.writeInbound(head(HttpMethod.POST));
        idle.makeRoom();
        assertThat(last.isOpen()).isFalse();
        assertThat(connection.isOpen()).as("something is being sent on it").isTrue();
        answers(HttpResponseStatus.FORBIDDEN);
        idle.makeRoom();
        assertThat(connection.isOpen()).as("and for nobody any more").isFalse();
    }

    @Test
    void the_rest_of_an_answered_body_is_read_for_nobody_and_the_next_request_is_answered() {
        connection.config().setAutoRead(false);
        connection.writeInbound(head(HttpMethod.POST));
        assertThat(connection.<Object>readInbound()).isInstanceOf(HttpRequest.class);
        piece();
        assertThat(connection.<Object>readInbound()).as("before").isInstanceOf(HttpContent.class);
        answers(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        assertThat(connection.config().isAutoRead()).isTrue();
        piece();
        assertThat(connection.<Object>readInbound()).as("after").isNull();
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(connection.<Object>readInbound()).isInstanceOf(LastHttpContent.class);
        asks();
        assertThat(connection.<Object>readInbound()).isInstanceOf(HttpRequest.class);
        passes(DAY);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void who_asks_before_sending_and_is_refused_is_told_that_the_connection_ends() {
        HttpRequest head = head(HttpMethod.POST);
        head.headers().set("Expect", "100-continue");
        connection.writeInbound(head);
        answers(HttpResponseStatus.FORBIDDEN);
        HttpResponse refused = connection.readOutbound();
        assertThat(refused.headers().get("Connection")).isEqualTo("close");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void who_was_told_to_send_keeps_the_connection() {
        HttpRequest head = head(HttpMethod.POST);
        head.headers().set("Expect", "100-continue");
        connection.writeInbound(head);
        answers(HttpResponseStatus.CONTINUE);
        passes(DAY);
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        answers(HttpResponseStatus.SEE_OTHER);
        endsAfter(UNASKED);
    }

    @Test
    void requests_may_wait_for_one_another_but_not_be_heaped_up() {
        for (int i = 0; i < 4; i++) {
            asks();
        }
        assertThat(connection.isOpen()).isTrue();
        for (int i = 0; i < 4; i++) {
            answers(HttpResponseStatus.OK);
        }
        for (int i = 0; i < 4; i++) {
            asks();
        }
        assertThat(connection.isOpen()).isTrue();
        asks();
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void answers_that_nobody_takes_are_not_heaped_up_either() {
        EmbeddedChannel full =
                new EmbeddedChannel(new Hoarding(), new Watch(UNASKED, SMALL, false, idle));
        for (int i = 0; i < 4; i++) {
            full.writeInbound(head(HttpMethod.GET), LastHttpContent.EMPTY_LAST_CONTENT);
            full.writeOneOutbound(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER));
        }
        assertThat(full.isOpen()).isTrue();
        full.writeInbound(head(HttpMethod.GET), LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(full.isOpen()).isFalse();
    }

    /// Sends nothing on.
    private static final class Hoarding extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext connection, Object answer, ChannelPromise gone) {
            ReferenceCountUtil.release(answer);
        }
    }
}
