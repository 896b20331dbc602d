package org.sigillo.web;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.sigillo.bytes.MalformedException;

/// Where a body is asked for, none and JSON's `null` are refused before a resource sees them.
@Provider
public final class NoBody implements ReaderInterceptor {
    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        Object body = context.proceed();
        if (body == null) {
            throw new MalformedException("a body is missing");
        }
        return body;
    }
}
