package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;

/// The connections to a store, and how long what comes by them may take and be.
final class S3Http {
    /// A page of a listing has a thousand names of at most a thousand bytes. More is no answer to anything but a question for an object.
    private static final long LARGEST_ANSWER = 8 << 20;

    /// Of what a store says to a refusal, no more is read.
    private static final long LARGEST_REFUSAL = 1 << 20;

    private S3Http() {}

    private static Duration whole(S3Settings settings) {
        return settings.patience().multipliedBy(2);
    }

    static OkHttpClient of(S3Settings settings) throws IOException {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(settings.connections());
        dispatcher.setMaxRequestsPerHost(settings.connections());
        OkHttpClient.Builder builder =
                new OkHttpClient.Builder()
                        .dispatcher(dispatcher)
                        .connectionPool(
                                new ConnectionPool(settings.connections(), 1, TimeUnit.MINUTES))
                        // One upload, one connection: HTTP/2 would share a window among all of
                        // them.
                        .protocols(java.util.List.of(Protocol.HTTP_1_1))
                        .followRedirects(false)
                        .addInterceptor(chain -> answered(chain, !isReading(chain)))
                        .addInterceptor(chain -> briefly(chain, whole(settings)))
                        .connectTimeout(settings.patience())
                        .readTimeout(settings.patience())
                        .writeTimeout(settings.patience());
        if (settings.authority().isPresent()) {
            trust(builder, settings.authority().get());
        }
        return builder.build();
    }

    /// The SDK reads what is no object's into memory, too.
    ///
    /// @param briefly whether no object is asked for
    private static Response answered(Interceptor.Chain chain, boolean briefly) throws IOException {
        Response response = chain.proceed(chain.request());
        return briefly && response.isSuccessful()
                ? response.newBuilder().body(shortened(response.body())).build()
                : response;
    }

    private static boolean isReading(Interceptor.Chain chain) {
        return chain.request().method().equals("GET");
    }

    private static ResponseBody shortened(ResponseBody body) {
        return ResponseBody.create(
                Okio.buffer(
                        new ForwardingSource(body.source()) {
                            private long left = LARGEST_ANSWER;

                            @Override
                            public long read(Buffer sink, long bytes) throws IOException {
                                long read = super.read(sink, bytes);
                                left -= Math.max(0, read);
                                if (left < 0) {
                                    throw new EndlessException();
                                }
                                return read;
                            }
                        }),
                body.contentType(),
                body.contentLength());
    }

    /// An answer that is longer than any can be.
    private static final class EndlessException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// The SDK would read a refusal into memory, however long it is and takes.
    private static Response briefly(Interceptor.Chain chain, Duration whole) throws IOException {
        Response response = chain.proceed(chain.request());
        if (response.isSuccessful()) {
            return response;
        }
        try (response) {
            response.body().source().timeout().deadline(whole.toMillis(), TimeUnit.MILLISECONDS);
            return response.newBuilder().body(response.peekBody(LARGEST_REFUSAL)).build();
        }
    }

    private static void trust(OkHttpClient.Builder builder, Path authority) throws IOException {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
            believed.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                believed.setCertificateEntry("ca-" + believed.size(), certificate);
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(believed);
            TrustManager[] managers = factory.getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            builder.sslSocketFactory(context.getSocketFactory(), (X509TrustManager) managers[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + authority + " cannot be used", e);
        }
    }

    /// Whether an answer was longer than any can be.
    static boolean isEndless(Throwable e) {
        return isBy(e, EndlessException.class);
    }

    /// Whether a certificate was refused.
    static boolean isUntrusted(Throwable e) {
        return isBy(e, CertificateException.class);
    }

    private static boolean isBy(Throwable e, Class<? extends Exception> kind) {
        for (Throwable it = e; it != null; it = it.getCause()) {
            if (kind.isInstance(it)) {
                return true;
            }
        }
        return false;
    }

    /// The same for what is over soon.
    static OkHttpClient brief(S3Settings settings, OkHttpClient http) {
        return http.newBuilder()
                .callTimeout(whole(settings))
                .addInterceptor(chain -> answered(chain, true))
                .build();
    }
}
