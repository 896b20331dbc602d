package org.sigillo.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Connections on which nothing is being answered, and since when: the first has been so longest. When few are left to be taken they
/// give way to those who come, so that many that ask nothing keep nobody out. What is being sent or answered never gives way.
///
/// Thread safe: connections have threads of their own.
final class Idle {
    private final Set<Channel> connections = new LinkedHashSet<>();

    /// From now on.
    synchronized void add(Channel connection) {
        connections.remove(connection);
        connections.add(connection);
    }

    synchronized void remove(Channel connection) {
        connections.remove(connection);
    }

    /// Ends the one that has been so longest, if there is one.
    void makeRoom() {
        first().ifPresent(longest -> {
            ChannelFuture _ = longest.close();
        });
    }

    private synchronized Optional<Channel> first() {
        Optional<Channel> first = connections.stream().findFirst();
        first.ifPresent(connections::remove);
        return first;
    }
}
