package org.sigillo.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/// Lets a request through when the one before it has its answer (RFC 9112 §9.3.2). The server below would take them, and loses a
/// connection that ends while a request without its whole body waits there for another's answer: it stays counted for ever.
///
/// A body that is sent behind another request is not kept: its connection ends when its turn has come.
///
/// All of it on the connection's own thread.
final class OneByOne extends ChannelDuplexHandler {
    private final Queue<Object> held = new ArrayDeque<>();

    /// Whether a request was let through whose answer has not ended.
    private boolean answering;

    /// Whether the last request that is held has a body.
    private boolean cut;

    @Override
    public void channelRead(ChannelHandlerContext connection, Object read) {
        if (cut) {
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
        if (read instanceof HttpRequest) {
            answering = true;
        }
        connection.fireChannelRead(read);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object answer, ChannelPromise written) {
        boolean last = Watch.ends(answer);
        // Whoever wrote hears of it by their own promise.
        ChannelFuture _ = connection.write(answer, written);
        if (last) {
            answering = false;
            if (!held.isEmpty()) {
                // After whoever wrote it has taken note that it was the last.
                connection.executor().execute(() -> next(connection));
            }
        }
    }

    private void next(ChannelHandlerContext connection) {
        if (answering || held.isEmpty() || !connection.channel().isActive()) {
            return;
        }
        if (cut && held.size() == 1) {
            ChannelFuture _ = connection.close();
            return;
        }
        boolean whole = false;
        while (!whole && !held.isEmpty()) {
            Object read = held.remove();
            whole = read instanceof LastHttpContent;
            pass(connection, read);
        }
        connection.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        connection.fireChannelInactive();
    }
}
