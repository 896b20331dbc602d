package org.sigillo.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection on which nothing has been answered for a while, however much drips in on it: a head that never ends, a body
/// after its answer, silence. Ends one on which requests are heaped up while the first is answered, and one whose client waits to be told to
/// send what is not wanted. A head that cannot be read gets its answer here.
///
/// All of it on the connection's own thread.
final class Watch extends ChannelDuplexHandler {
    /// Requests of one connection that may wait for the one before them; each holds a few KB.
    private static final int HEAPED = 16;

    private static final Duration LINGERING = Duration.ofSeconds(5);

    private final Duration unasked;
    private final Duration smallBody;
    private final boolean https;

    /// Requests whose answer has not ended.
    private int due;

    /// Whether the body of the request that came last is still coming.
    private boolean coming;

    /// Whether it was answered all the same: the rest of it is for nobody.
    private boolean forNobody;

    /// Whether its sender waits to be told to send it (RFC 9110 §10.1.1).
    private boolean asking;

    /// Whether what cannot be read came on it: nothing is read any more.
    private boolean refused;

    /// The answer to that, while others are answered before it.
    private @Nullable FullHttpResponse held;

    private @Nullable ScheduledFuture<?> end;

    Watch(Duration unasked, Duration smallBody, boolean https) {
        this.unasked = unasked;
        this.smallBody = smallBody;
        this.https = https;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
        endsAfter(unasked, connection);
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        goesOn();
        ReferenceCountUtil.release(held);
        held = null;
        connection.fireChannelInactive();
    }

    /// That what is coming must be whole soon.
    void small(ChannelHandlerContext connection) {
        if (coming) {
            endsAfter(smallBody, connection);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object read) {
        if (refused) {
            ReferenceCountUtil.release(read);
            return;
        }
        if (read instanceof HttpRequest head) {
            Optional<FullHttpResponse> refusal = Unreadable.refusal(head, https);
            if (refusal.isPresent()) {
                ReferenceCountUtil.release(read);
                refuse(connection, refusal.get());
                return;
            }
            due++;
            coming = true;
            forNobody = false;
            asking = HttpUtil.is100ContinueExpected(head);
            goesOn();
            if (due > HEAPED) {
                close(connection);
            }
        }
        if (read instanceof LastHttpContent) {
            coming = false;
            if (due > 0) {
                goesOn();
            }
        } else if (forNobody && read instanceof HttpContent) {
            ReferenceCountUtil.release(read);
            return;
        }
        connection.fireChannelRead(read);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object answer, ChannelPromise written) {
        boolean last = answer instanceof LastHttpContent;
        if (answer instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                asking = false;
                last = false;
            } else if (waitsInVain()) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
        }
        ChannelPromise over = written.unvoid();
        if (last) {
            if (waitsInVain()) {
                over.addListener(ChannelFutureListener.CLOSE);
            }
            due--;
            if (due == 0) {
                endsAfter(unasked, connection);
                // Whoever held the body back while they might read it does not go on: its sender
                // would wait to see the answer.
                forNobody = coming;
                connection.channel().config().setAutoRead(true);
            }
        }
        // Whoever wrote hears of it by their own promise.
        ChannelFuture _ = connection.write(answer, over);
        if (last && due == 0 && held != null) {
            FullHttpResponse turned = held;
            held = null;
            refuse(connection, turned);
        }
    }

    /// What still comes is for nobody. It is read for a moment all the same: closed over unread bytes, the connection would take the
    /// answer with it (RFC 9112 §9.6).
    private void refuse(ChannelHandlerContext connection, FullHttpResponse answer) {
        refused = true;
        if (due > 0) {
            // Its turn comes when those before it have their answers.
            held = answer;
            return;
        }
        endsAfter(LINGERING, connection);
        ChannelFuture written = connection.writeAndFlush(answer);
        if (connection.channel() instanceof DuplexChannel both) {
            written.addListener(_ -> {
                ChannelFuture _ = both.shutdownOutput();
            });
        }
    }

    private boolean waitsInVain() {
        return asking && coming && due == 1;
    }

    private void endsAfter(Duration patience, ChannelHandlerContext connection) {
        goesOn();
        Runnable ends = () -> close(connection);
        end = connection.executor().schedule(ends, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void close(ChannelHandlerContext connection) {
        ChannelFuture _ = connection.close();
    }

    private void goesOn() {
        if (end != null) {
            end.cancel(false);
            end = null;
        }
    }
}
