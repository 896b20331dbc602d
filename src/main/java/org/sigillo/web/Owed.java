package org.sigillo.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The bytes of answers that their clients have not taken yet, on all connections: they are kept here. When there are more than may be,
/// of those that have had time and took next to nothing in it the connection ends that has most of them; where there is none, that
/// which has most of all. A client that asks much and takes little ends itself, and nobody who takes what they asked for.
///
/// Thread safe: connections have threads of their own.
final class Owed {
    /// What a client must take in this time to count as one that does: 6 KB a second.
    private static final long STEP = 64 << 10;

    private static final Duration TIME = Duration.ofSeconds(10);

    private final long most;
    private final LongSupplier nanos;
    private final Map<Channel, Debt> debts = new HashMap<>();
    private long all;

    private static final class Debt {
        private long bytes;
        private long taken;
        private long since;

        private Debt(long since) {
            this.since = since;
        }
    }

    /// @param most bytes
    /// @param nanos a time that only goes on
    Owed(long most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /// So many bytes more are on their way to be taken.
    void add(Channel connection, long bytes) {
        grown(connection, bytes)
                .ifPresent(worst -> {
                    ChannelFuture _ = worst.close();
                });
    }

    private synchronized Optional<Channel> grown(Channel connection, long bytes) {
        long now = nanos.getAsLong();
        all += bytes;
        debts.computeIfAbsent(connection, _ -> new Debt(now)).bytes += bytes;
        // One answer alone is as long as it is.
        return all > most && debts.size() > 1 ? worst(now) : Optional.empty();
    }

    private Optional<Channel> worst(long now) {
        Comparator<Map.Entry<Channel, Debt>> bytes =
                Comparator.comparingLong(it -> it.getValue().bytes);
        return debts.entrySet().stream()
                .filter(it -> now - it.getValue().since >= TIME.toNanos())
                .max(bytes)
                .or(() -> debts.entrySet().stream().max(bytes))
                .map(Map.Entry::getKey);
    }

    /// So many were taken, or will not be any more.
    synchronized void less(Channel connection, long bytes) {
        all -= bytes;
        Debt debt = debts.get(connection);
        if (debt == null) {
            return;
        }
        debt.bytes -= bytes;
        debt.taken += bytes;
        if (debt.bytes == 0) {
            debts.remove(connection);
        } else if (debt.taken >= STEP) {
            debt.taken = 0;
            debt.since = nanos.getAsLong();
        }
    }
}
