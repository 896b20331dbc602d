package org.sigillo.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a request whose head is no HTTP is answered: a page, as everything else. The server would close without a word.
final class Unreadable {
    /// A percent sign that stands for nothing (RFC 3986 §2.1).
    private static final Pattern BARE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Unreadable() {}

    /// The answer to this head.
    ///
    /// @return nothing where it can be read, as far as is seen here
    static Optional<FullHttpResponse> refusal(HttpRequest head, boolean https) {
        return status(head).map(it -> page(head, it, https));
    }

    private static Optional<HttpResponseStatus> status(HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            return Optional.of(
                    switch (head.decoderResult().cause()) {
                        case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
                        case TooLongHttpHeaderException _ ->
                                HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
                        default -> HttpResponseStatus.BAD_REQUEST;
                    });
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && !String.join(",", codings)
                        .strip()
                        .equalsIgnoreCase(HttpHeaderValues.CHUNKED.toString())) {
            // RFC 9112 §6.1: what it does not understand.
            return Optional.of(HttpResponseStatus.NOT_IMPLEMENTED);
        }
        return BARE_PERCENT.matcher(head.uri()).find()
                ? Optional.of(HttpResponseStatus.BAD_REQUEST)
                : Optional.empty();
    }

    /// In the language of the address, where that could be read.
    private static FullHttpResponse page(
            HttpRequest head, HttpResponseStatus status, boolean https) {
        String address = head.uri().replaceFirst("[?#].*", "");
        byte[] page =
                ErrorPages.page(
                                address,
                                String.valueOf(ErrorPages.UNREADABLE.status()),
                                ErrorPages.UNREADABLE.title(),
                                ErrorPages.UNREADABLE.sentence())
                        .getBytes(StandardCharsets.UTF_8);
        FullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        status,
                        HttpMethod.HEAD.equals(head.method())
                                ? Unpooled.EMPTY_BUFFER
                                : Unpooled.wrappedBuffer(page));
        SecurityHeaders.of(Door.DROP, https).forEach(answer.headers()::set);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, page.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return answer;
    }
}
