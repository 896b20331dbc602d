package org.sigillo.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// Lets a request through when the one before it has its answer (RFC 9112 §9.3.2). The server below would take them, and loses a
/// connection that ends while a request without its whole body waits there for another's answer: it stays counted for ever.
///
/// A body that is sent behind another request is not kept: its connection ends when its turn has come. Nor is anything after a
/// request that is the last of its connection.
///
/// All of it on the connection's own thread.
final class OneByOne extends ChannelDuplexHandler {
    /// Whoever writes an answer takes note that it was the last in a task of its own, which comes a moment after what is written.
    private static final Duration NOTED = Duration.ofMillis(10);

    private static final Duration LINGERING = Duration.ofSeconds(1);

    private final Queue<Object> held = new ArrayDeque<>();

    /// Whether a request was let through whose answer has not ended.
    private boolean answering;

    /// Whether the last request that is held has a body.
    private boolean cut;

    /// Whether the last request that was let through is all here, and whether its connection ends with its answer.
    private boolean whole;

    private boolean last;

    @Override
    public void channelRead(ChannelHandlerContext connection, Object read) {
        if (cut || last && whole) {
            // The server takes nothing more either, and does not give back what it does not take.
            ReferenceCountUtil.release(read);
        } else if (held.isEmpty() && !(answering && read instanceof HttpRequest)) {
            pass(connection, read);
        } else if (read instanceof HttpContent some && some.content().isReadable()) {
            cut = true;
            ReferenceCountUtil.release(read);
        } else {
            held.add(read);
        }
    }

    private void pass(ChannelHandlerContext connection, Object read) {
        if (read instanceof HttpRequest head) {
            answering = true;
            whole = false;
            last = !HttpUtil.isKeepAlive(head);
        }
        if (read instanceof LastHttpContent) {
            whole = true;
        }
        connection.fireChannelRead(read);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object answer, ChannelPromise written) {
        boolean over = Watch.ends(answer);
        // Whoever wrote hears of it by their own promise.
        ChannelFuture _ = connection.write(answer, written);
        if (over) {
            answering = false;
            if (!held.isEmpty()) {
                Runnable next = () -> next(connection);
                ScheduledFuture<?> _ =
                        connection
                                .executor()
                                .schedule(next, NOTED.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void next(ChannelHandlerContext connection) {
        if (answering || held.isEmpty() || !connection.channel().isActive()) {
            return;
        }
        if (last) {
            drop();
            return;
        }
        if (cut && held.size() == 1) {
            end(connection);
            return;
        }
        do {
            pass(connection, held.remove());
        } while (!whole && !held.isEmpty());
        connection.fireChannelReadComplete();
    }

    /// When what was answered before has gone out; what still comes is read for a moment.
    private static void end(ChannelHandlerContext connection) {
        Runnable close =
                () -> {
                    ChannelFuture _ = connection.close();
                };
        Watch.writeLast(connection, Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    ScheduledFuture<?> _ =
                            connection
                                    .executor()
                                    .schedule(close, LINGERING.toMillis(), TimeUnit.MILLISECONDS);
                });
    }

    private void drop() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        drop();
        connection.fireChannelInactive();
    }
}
