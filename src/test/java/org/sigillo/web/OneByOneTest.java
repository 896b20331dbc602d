package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    private final EmbeddedChannel connection = new EmbeddedChannel(new OneByOne());

    @AfterEach
    void over() {
        connection.finishAndReleaseAll();
    }

    private void comes(String path) {
        connection.writeInbound(head(path), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static HttpRequest head(String path) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    }

    private void answers(HttpResponseStatus status) {
        ChannelFuture _ =
                connection.writeAndFlush(
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER));
        passes(Duration.ofMillis(20));
    }

    private void passes(Duration time) {
        connection.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        connection.runPendingTasks();
    }

    /// Paths, and a full stop where a request is whole.
    private List<String> letThrough() {
        List<String> all = new ArrayList<>();
        for (Object read = connection.readInbound();
                read != null;
                read = connection.readInbound()) {
            all.add(read instanceof HttpRequest head ? head.uri() : ".");
        }
        return all;
    }

    @Test
    void a_request_comes_through_when_the_one_before_it_has_its_answer() {
        comes("/a");
        comes("/b");
        comes("/c");
        assertThat(letThrough()).containsExactly("/a", ".");
        answers(HttpResponseStatus.CONTINUE);
        assertThat(letThrough()).isEmpty();
        answers(HttpResponseStatus.OK);
        assertThat(letThrough()).containsExactly("/b", ".");
        answers(HttpResponseStatus.OK);
        assertThat(letThrough()).containsExactly("/c", ".");
        answers(HttpResponseStatus.OK);
        comes("/d");
        assertThat(letThrough()).containsExactly("/d", ".");
    }

    @Test
    void the_body_of_one_that_is_answered_early_goes_on_and_the_next_waits_for_nothing() {
        connection.writeInbound(head("/form"));
        answers(HttpResponseStatus.BAD_REQUEST);
        connection.writeInbound(new DefaultHttpContent(Unpooled.copyLong(1)));
        connection.writeInbound(new DefaultLastHttpContent(Unpooled.copyLong(2)));
        comes("/next");
        assertThat(letThrough()).containsExactly("/form", ".", ".", "/next", ".");
    }

    @Test
    void a_head_behind_another_whose_body_comes_in_its_turn_has_it() {
        comes("/a");
        connection.writeInbound(head("/form"));
        answers(HttpResponseStatus.OK);
        connection.writeInbound(new DefaultLastHttpContent(Unpooled.copyLong(1)));
        assertThat(letThrough()).containsExactly("/a", ".", "/form", ".");
    }

    @Test
    void a_body_behind_another_request_is_not_kept_and_its_connection_ends_in_its_turn() {
        HttpContent some = new DefaultHttpContent(Unpooled.copyLong(1));
        HttpContent rest = new DefaultLastHttpContent(Unpooled.copyLong(2));
        comes("/a");
        comes("/b");
        connection.writeInbound(head("/form"), some, rest);
        assertThat(some.refCnt() + rest.refCnt()).isZero();
        answers(HttpResponseStatus.OK);
        assertThat(letThrough()).containsExactly("/a", ".", "/b", ".");
        assertThat(connection.isActive()).isTrue();
        answers(HttpResponseStatus.OK);
        assertThat(letThrough()).isEmpty();
        assertThat(connection.isActive()).as("what was answered before has its moment").isTrue();
        passes(Duration.ofSeconds(1));
        assertThat(connection.isActive()).isFalse();
    }

    @Test
    void after_the_last_request_of_a_connection_nothing_is_kept() {
        HttpRequest leaving = head("/last");
        HttpUtil.setKeepAlive(leaving, false);
        HttpContent body = new DefaultLastHttpContent(Unpooled.copyLong(1));
        connection.writeInbound(leaving, LastHttpContent.EMPTY_LAST_CONTENT);
        answers(HttpResponseStatus.OK);
        connection.writeInbound(head("/more"), body);
        assertThat(body.refCnt()).isZero();
        assertThat(letThrough()).containsExactly("/last", ".");
    }

    @Test
    void nor_is_what_was_sent_behind_it_before_its_answer() {
        comes("/first");
        HttpRequest leaving = head("/last");
        HttpUtil.setKeepAlive(leaving, false);
        connection.writeInbound(leaving, LastHttpContent.EMPTY_LAST_CONTENT);
        comes("/more");
        answers(HttpResponseStatus.OK);
        answers(HttpResponseStatus.OK);
        assertThat(letThrough()).containsExactly("/first", ".", "/last", ".");
    }

    @Test
    void of_a_connection_that_has_ended_nothing_more_comes_through() {
        comes("/a");
        comes("/b");
        connection.close();
        answersNobody();
        assertThat(letThrough()).containsExactly("/a", ".");
    }

    private void answersNobody() {
        connection.pipeline().fireChannelReadComplete();
        passes(Duration.ofSeconds(1));
    }
}
