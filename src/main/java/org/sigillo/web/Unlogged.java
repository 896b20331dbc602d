package org.sigillo.web;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.logging.LoggingFilter;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/// Keeps out of the log whatever anybody, libraries included, would write while a source's request
/// is served: each line has a time, and that would be when a source was here. Counted instead.
@LoggingFilter(name = "sources")
public final class Unlogged implements Filter {
    private static final String SOURCE = "sigillo.source";

    /// Its own threads name whatever request takes long, with its stack.
    private static final String TRANSACTIONS = "com.arjuna.";

    /// From here on this request is a source's.
    static void serve() {
        if (VertxContext.isOnDuplicatedContext()) {
            ContextLocals.put(SOURCE, true);
        }
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        boolean unlogged =
                VertxContext.isOnDuplicatedContext() && ContextLocals.get(SOURCE, false)
                        || String.valueOf(line.getLoggerName()).startsWith(TRANSACTIONS);
        if (unlogged) {
            Metrics.counter(
                            "sigillo.drop.unlogged",
                            "logger",
                            String.valueOf(line.getLoggerName()),
                            "level",
                            line.getLevel().getName())
                    .increment();
        }
        return !unlogged;
    }
}
