package org.sigillo.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
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
    /// Requests of one connection that may wait for the one before them, and answers that may wait to be taken. No browser heaps them
    /// up, nor do our programs.
    private static final int HEAPED = 4;

    private static final Duration LINGERING = Duration.ofSeconds(5);

    /// How long what nobody waits for is read after its answer. Some browsers show an answer to what they are still sending only when
    /// the connection ends; before, it must have come through Tor.
    private static final Duration FOR_NOBODY = Duration.ofSeconds(20);

    private final Duration unasked;
    private final Duration smallBody;
    private final boolean https;
    private final Idle idle;

    /// Requests whose answer has not ended.
    private int due;

    /// Answers that have ended and are not taken yet.
    private int untaken;

    /// Whether the body of the request that came last is still coming.
    private boolean coming;

    /// Who follows it.
    private @Nullable Arriving body;

    /// Whether it was answered all the same: the rest of it is for nobody.
    private boolean forNobody;

    /// Whether its sender waits to be told to send it (RFC 9110 §10.1.1).
    private boolean asking;

    /// Whether what cannot be read came on it: nothing is read any more.
    private boolean refused;

    /// The answer to that, while others are answered before it.
    private @Nullable FullHttpResponse held;

    private @Nullable ScheduledFuture<?> end;

    /// A body that is coming.
    interface Arriving {
        /// So much more of it.
        void brought(int bytes);

        /// All of it is here.
        void whole();
    }

    /// @param idle has it as long as nothing is being answered on it
    Watch(Duration unasked, Duration smallBody, boolean https, Idle idle) {
        this.unasked = unasked;
        this.smallBody = smallBody;
        this.https = https;
        this.idle = idle;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
        idle.add(connection.channel());
        endsAfter(unasked, connection);
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        idle.remove(connection.channel());
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

    /// Tells what comes of the body that is coming, if it is.
    void follow(Arriving arriving) {
        if (coming) {
            body = arriving;
        } else {
            arriving.whole();
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
            idle.remove(connection.channel());
            goesOn();
            if (due + untaken > HEAPED) {
                close(connection);
            }
        }
        if (body != null && read instanceof HttpContent some) {
            body.brought(some.content().readableBytes());
        }
        if (read instanceof LastHttpContent) {
            coming = false;
            if (body != null) {
                body.whole();
                body = null;
            }
            if (due > 0) {
                goesOn();
            } else if (forNobody) {
                // All of it is gone: what comes next may be asked as after any answer.
                endsAfter(unasked, connection);
            }
        } else if (forNobody && read instanceof HttpContent) {
            ReferenceCountUtil.release(read);
            return;
        }
        connection.fireChannelRead(read);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object answer, ChannelPromise written) {
        boolean last = ends(answer);
        if (answer instanceof HttpResponse head) {
            if (isInterim(head)) {
                asking = false;
            } else if (waitsInVain()) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
        }
        ChannelPromise over = written.unvoid();
        if (last) {
            if (waitsInVain()) {
                // Not within the write: of one that has failed the library gives back its buffers
                // only then.
                over.addListener(_ -> connection.executor().execute(() -> close(connection)));
            }
            due--;
            untaken++;
            over.addListener(_ -> taken(connection));
            if (due == 0) {
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

    /// Whether an answer ends with this.
    static boolean ends(Object answer) {
        return answer instanceof LastHttpContent
                && !(answer instanceof HttpResponse head && isInterim(head));
    }

    private static boolean isInterim(HttpResponse head) {
        return head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    /// From then on nothing is being answered, if it was the last.
    private void taken(ChannelHandlerContext connection) {
        untaken--;
        if (due == 0 && untaken == 0 && connection.channel().isActive()) {
            idle.add(connection.channel());
            endsAfter(coming ? shorter(FOR_NOBODY, unasked) : unasked, connection);
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
        ChannelFuture _ = writeLast(connection, answer);
    }

    /// After this nothing more is written, and what its client still sends can be read: closed over unread bytes, the connection would take
    /// it with it (RFC 9112 §9.6).
    static ChannelFuture writeLast(ChannelHandlerContext connection, Object last) {
        return connection
                .writeAndFlush(last)
                .addListener(_ -> {
                    if (connection.channel() instanceof DuplexChannel both) {
                        ChannelFuture _ = both.shutdownOutput();
                    }
                });
    }

    private boolean waitsInVain() {
        return asking && coming && due == 1;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
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
