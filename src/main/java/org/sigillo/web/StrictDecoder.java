package org.sigillo.web;

import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/// The server's decoder, but for a request that says both a length and chunks: whoever stands between may believe the other one
/// (RFC 9112 §6.1).
final class StrictDecoder extends VertxHttpRequestDecoder {
    StrictDecoder(HttpServerOptions limits) {
        super(limits);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a length and chunks");
    }
}
