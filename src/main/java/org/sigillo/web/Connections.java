package org.sigillo.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Puts a [Watch], an [Untaken] and a [OneByOne] on every connection before its first byte is read, and counts them: the server has no
/// hook for that, the library below it has, which forgets none.
public final class Connections extends ChannelInitializerExtension {
    /// The server's own last handler, before which requests and answers pass as such.
    private static final String SERVER = "handler";

    private static final String DECODER = "httpDecoder";

    /// Made by the library below, by itself: what counts is the process.
    private static final AtomicInteger OPEN = new AtomicInteger();

    private static final Idle IDLE = new Idle();

    /// The part of the heap that answers may take which their clients have not taken.
    private static final int OWED = 8;

    private static final Owed ALL =
            new Owed(Runtime.getRuntime().maxMemory() / OWED, System::nanoTime);

    private static final String MOST = "sigillo.http.connections";

    private final Duration unasked;
    private final Duration smallBody;
    private final Duration unread;
    private final boolean https;
    private final int most;

    /// The port for operators: whoever fills the doors does not keep them out.
    private final int management;

    private final HttpServerOptions limits;

    /// For the library, which is told to look for it by [Extended].
    public Connections() {
        this.unasked = setting("sigillo.http.unasked", Duration.class);
        this.smallBody = setting("sigillo.http.small-body", Duration.class);
        this.unread = setting("sigillo.http.unread", Duration.class);
        this.https = setting("sigillo.https", Boolean.class);
        this.most = setting(MOST, Integer.class);
        this.management = setting("quarkus.management.port", Integer.class);
        // As the server itself is told.
        this.limits =
                new HttpServerOptions()
                        .setMaxInitialLineLength(
                                setting(
                                        "quarkus.http.limits.max-initial-line-length",
                                        Integer.class))
                        .setMaxHeaderSize(bytes("quarkus.http.limits.max-header-size"))
                        .setMaxChunkSize(bytes("quarkus.http.limits.max-chunk-size"));
    }

    private static <T> T setting(String name, Class<T> type) {
        return ConfigProvider.getConfig().getValue(name, type);
    }

    private static int bytes(String name) {
        return setting(name, MemorySize.class).asBigInteger().intValueExact();
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext begun) {
                                boolean forOperators = isForOperators(begun.channel());
                                boolean admitted = forOperators || admit(begun.channel());
                                ChannelPipeline pipeline = begun.pipeline();
                                if (pipeline.get(SERVER) != null) {
                                    pipeline.replace(DECODER, DECODER, new StrictDecoder(limits));
                                    pipeline.addBefore(SERVER, null, new Untaken(unread, ALL));
                                    pipeline.addBefore(
                                            SERVER,
                                            null,
                                            new Watch(
                                                    unasked,
                                                    smallBody,
                                                    https,
                                                    forOperators ? new Idle() : IDLE));
                                    pipeline.addBefore(SERVER, null, new OneByOne());
                                }
                                if (!admitted) {
                                    ChannelFuture _ = begun.close();
                                }
                                pipeline.remove(this);
                                begun.fireChannelActive();
                            }
                        });
    }

    private boolean isForOperators(Channel connection) {
        return connection.localAddress() instanceof InetSocketAddress to
                && to.getPort() == management;
    }

    /// Whether there is room for one more. When nearly all is taken, one that is idle makes some; not this one, which is not idle as yet.
    private boolean admit(Channel connection) {
        int open = OPEN.incrementAndGet();
        connection.closeFuture().addListener(_ -> OPEN.decrementAndGet());
        if (isCrowded(most)) {
            IDLE.makeRoom();
        }
        return open <= most;
    }

    /// Whether nearly as many are open as may be.
    private static boolean isCrowded(int most) {
        return OPEN.get() > most * 9L / 10;
    }

    /// Whether whoever asked is still there, as far as can be told without reading on.
    public static boolean isOpen(HttpServerRequest request) {
        return channel(request).isActive();
    }

    /// That this request's body must be whole soon.
    static void small(HttpServerRequest request) {
        ChannelHandlerContext watched = channel(request).pipeline().context(Watch.class);
        if (watched != null) {
            ((Watch) watched.handler()).small(watched);
        }
    }

    /// Tells what comes of the request's body.
    static void follow(HttpServerRequest request, Watch.Arriving body) {
        Watch watch = channel(request).pipeline().get(Watch.class);
        if (watch != null) {
            watch.follow(body);
        }
    }

    private static Channel channel(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel();
    }

    /// Whether nearly all connections are taken. Not how many: whoever reads that often knows when somebody comes.
    @Singleton
    static class Crowded {
        void tell(
                @Observes StartupEvent begun,
                MeterRegistry meters,
                @ConfigProperty(name = MOST) int most) {
            meters.gauge("sigillo.http.crowded", OPEN, _ -> isCrowded(most) ? 1 : 0);
        }
    }

    /// Comes before anything listens.
    @Singleton
    static class Extended implements VertxOptionsCustomizer {
        @Override
        public void accept(VertxOptions options) {
            System.setProperty("io.netty.bootstrap.extensions", "serviceload");
        }
    }
}
