package org.sigillo.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection whose client takes nothing of an answer for a while: what it does not take is kept here. The least that it takes
/// begins the time anew.
///
/// All of it on the connection's own thread.
final class Untaken extends ChannelDuplexHandler {
    /// Looks in that time.
    private static final int LOOKS = 4;

    private final Duration patience;
    private final Owed owed;

    /// Writes that went out whole.
    private long gone;

    /// What had gone out when it was last looked: whole writes, and which one is being taken, and how much of it.
    private Seen seen = Seen.NOTHING;

    /// Looks since then that saw the same.
    private int same;

    private @Nullable ScheduledFuture<?> look;

    private record Seen(long gone, int current, long progress) {
        static final Seen NOTHING = new Seen(-1, 0, 0);
    }

    /// @param patience how long a client may take nothing
    Untaken(Duration patience, Owed owed) {
        this.patience = patience;
        this.owed = owed;
    }

    @Override
    public void write(ChannelHandlerContext connection, Object answer, ChannelPromise written) {
        if (look == null) {
            seen = Seen.NOTHING;
            same = 0;
            lookLater(connection);
        }
        ChannelPromise out = written.unvoid();
        long bytes = bytes(answer);
        owed.add(connection.channel(), bytes);
        out.addListener(_ -> {
            gone++;
            owed.less(connection.channel(), bytes);
        });
        // Whoever wrote hears of it by their own promise.
        ChannelFuture _ = connection.write(answer, out);
    }

    private static long bytes(Object answer) {
        return switch (answer) {
            case ByteBuf bytes -> bytes.readableBytes();
            case ByteBufHolder holder -> holder.content().readableBytes();
            default -> 0;
        };
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        if (look != null) {
            look.cancel(false);
        }
        connection.fireChannelInactive();
    }

    private void lookLater(ChannelHandlerContext connection) {
        Runnable looks = () -> look(connection);
        look =
                connection
                        .executor()
                        .schedule(looks, patience.toMillis() / LOOKS, TimeUnit.MILLISECONDS);
    }

    private void look(ChannelHandlerContext connection) {
        look = null;
        ChannelOutboundBuffer out = connection.channel().unsafe().outboundBuffer();
        Object current = out == null ? null : out.current();
        if (out == null || current == null) {
            // Everything is taken; the next write looks again.
            return;
        }
        Seen now = new Seen(gone, System.identityHashCode(current), out.currentProgress());
        same = now.equals(seen) ? same + 1 : 0;
        seen = now;
        if (same < LOOKS) {
            lookLater(connection);
        } else {
            ChannelFuture _ = connection.close();
        }
    }
}
