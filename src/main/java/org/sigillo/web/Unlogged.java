package org.sigillo.web;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.logging.LoggingFilter;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.formatters.PatternFormatter;

/// Keeps out of the log whatever anybody, libraries included, would write while a source's request
/// is served, and whatever names a connection by the address at its other end: each line has a time, and that would be when a
/// source was here. Counted instead.
@LoggingFilter(name = "sources")
public final class Unlogged implements Filter {
    private static final String SOURCE = "sigillo.source";

    /// Its own threads name whatever request takes long, with its stack.
    private static final List<String> WATCHERS =
            List.of("com.arjuna.", "io.vertx.core.impl.BlockedThreadChecker");

    /// Those who see each connection, and say little else of who is at its other end than its address. On the threads that serve
    /// connections they write of nothing else.
    private static final Pattern SERVERS =
            Pattern.compile("io\\.(netty|vertx|quarkus\\.vertx)\\..*");

    /// A socket's address as Java writes one that has come (`/192.0.2.1:40000`): without a name before it, as one that was asked
    /// for by name has.
    private static final String ADDRESS =
            "/(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%[\\w.-]+)?]?):\\d";

    private static final Pattern PEER = Pattern.compile("(?<![\\w./-])" + ADDRESS);

    /// A connection as the library below the server writes it, whoever logs it. An address that could not be reached
    /// is another matter: operators are to see it.
    private static final Pattern CONNECTION = Pattern.compile("\\bR:" + ADDRESS);

    private static final String ACCEPTOR = "vert.x-acceptor";

    /// What a line says, with what was thrown and why.
    private static final ExtFormatter WHOLE = new PatternFormatter("%s%e");

    /// From here on this request is a source's.
    static void serve() {
        if (VertxContext.isOnDuplicatedContext()) {
            ContextLocals.put(SOURCE, true);
        }
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        String logger = String.valueOf(line.getLoggerName());
        boolean unlogged =
                VertxContext.isOnDuplicatedContext() && ContextLocals.get(SOURCE, false)
                        || WATCHERS.stream().anyMatch(logger::startsWith)
                        || isOfConnection(logger, line);
        if (unlogged) {
            Metrics.counter(
                            "sigillo.drop.unlogged",
                            "logger",
                            logger,
                            "level",
                            line.getLevel().getName())
                    .increment();
        }
        return !unlogged;
    }

    private static boolean isOfConnection(String logger, LogRecord line) {
        boolean server = SERVERS.matcher(logger).matches();
        return server && servesConnections()
                || (server ? PEER : CONNECTION).matcher(WHOLE.format(line)).find();
    }

    /// The thread that takes in new ones does not: it says when there are more than the machine has descriptors for.
    private static boolean servesConnections() {
        return Context.isOnEventLoopThread()
                && !Thread.currentThread().getName().startsWith(ACCEPTOR);
    }
}
