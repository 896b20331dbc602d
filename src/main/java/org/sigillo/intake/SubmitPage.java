package org.sigillo.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.commons.io.input.BoundedInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.docket.Cases;
import org.sigillo.people.People;
import org.sigillo.vault.VaultFullException;
import org.sigillo.web.Language;

/// The form, and the body that it sends: read as it arrives, never spooled.
@Path("/drop/{language: [a-z]{2}}")
@RunOnVirtualThread
public final class SubmitPage {
    /// Bodies that are read at once: each holds a few hundred KiB.
    private static final int UPLOADS = 256;

    /// Messages of many pages that are held at once, a MiB or two each.
    private static final int LONG_MESSAGES = 16;

    /// What is read and thrown away of a refused body, so that browsers show the answer.
    private static final long DRAINED = 32L << 20;

    private final Sessions sessions;
    private final Receiving receiving;
    private final Cases cases;
    private final People people;
    private final MeterRegistry meters;
    private final Transfer limit;
    private final int files;
    private final int shortest;
    private final long reserve;
    private final Uploads uploads;
    private final Semaphore longMessages = new Semaphore(LONG_MESSAGES);

    SubmitPage(
            Sessions sessions,
            Receiving receiving,
            Cases cases,
            People people,
            MeterRegistry meters,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.intake.limit") long limit,
            @ConfigProperty(name = "sigillo.intake.files") int files,
            @ConfigProperty(name = "sigillo.intake.first-message") int shortest,
            @ConfigProperty(name = "sigillo.vault.reserve") long reserve,
            @ConfigProperty(name = "sigillo.vault.abandoned-days") int abandoned) {
        this.sessions = sessions;
        this.receiving = receiving;
        this.cases = cases;
        this.people = people;
        this.meters = meters;
        // A day less than what it brought at first is left alone.
        this.uploads = new Uploads(UPLOADS, Duration.ofDays(Math.max(1, abandoned - 1)), clock);
        this.limit = new Transfer(limit);
        this.files = files;
        this.shortest = shortest;
        this.reserve = reserve;
    }

    @GET
    @Path("form")
    @PermitAll
    public Response form(@PathParam("language") String code, @Context HttpHeaders headers) {
        Language language = Language.of(code);
        People.Intake intake = people.intake();
        if (intake != People.Intake.OPEN) {
            return Answers.closed(language, "form", intake);
        }
        Optional<Session.Known> session = sessions.known(headers).filter(this::maySend);
        return session.map(known -> form(200, language, known, null).build())
                .orElseGet(() -> Answers.expired(language));
    }

    @POST
    @Path("submit")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @PermitAll
    public Response submit(
            @PathParam("language") String code,
            @Context HttpHeaders headers,
            @Context HttpServerRequest request,
            InputStream body)
            throws IOException {
        Language language = Language.of(code);
        Texts texts = Answers.texts(language);
        People.Intake intake = people.intake();
        if (intake != People.Intake.OPEN) {
            drain(body);
            return Answers.closed(language, "form", intake);
        }
        Optional<Session.Known> session = sessions.known(headers).filter(this::maySend);
        if (session.isEmpty()) {
            drain(body);
            return Answers.expired(language);
        }
        if (cases.free() < reserve) {
            drain(body);
            return form(507, language, session.get(), texts.error_full()).build();
        }
        Optional<Uploads.Place> place =
                uploads.take(session.get().locator(), () -> request.connection().close());
        if (place.isEmpty()) {
            drain(body);
            return busy(language, session.get());
        }
        try (Uploads.Place taken = place.get()) {
            return receive(language, session.get(), headers, taken.watched(body));
        }
    }

    private Response receive(
            Language language, Session.Known session, HttpHeaders headers, InputStream body)
            throws IOException {
        Texts texts = Answers.texts(language);
        BoundedInputStream bounded =
                BoundedInputStream.builder()
                        .setInputStream(body)
                        .setMaxCount(limit.bytes() + 1)
                        .get();
        String type = String.valueOf(headers.getHeaderString(HttpHeaders.CONTENT_TYPE));
        Optional<Submission> submission =
                Submission.of(type, bounded, files, shortest(session), longMessages);
        if (submission.isEmpty()) {
            drain(body);
            return form(400, language, session, texts.error_malformed(0)).build();
        }
        Submission.End end;
        try {
            end =
                    submission
                            .get()
                            .read((name, media, in) -> receiving.take(session, name, media, in));
        } catch (IOException e) {
            if (bounded.getCount() > limit.bytes()) {
                drain(body);
                return form(413, language, session, texts.error_large(limit.size())).build();
            }
            // The client went away, or the store failed: what was complete stays.
            meters.counter("sigillo.drop.broken.off", "fault", e.getClass().getSimpleName())
                    .increment();
            drain(body);
            return full(e)
                    ? form(507, language, session, texts.error_full()).build()
                    : form(500, language, session, texts.error_fault()).build();
        }
        if (end != Submission.End.WHOLE && bounded.getCount() > limit.bytes()) {
            drain(body);
            return form(413, language, session, texts.error_large(limit.size())).build();
        }
        return switch (end) {
            case WHOLE ->
                    Answers.seeOther(language, "case")
                            .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                            .build();
            case EMPTY -> form(400, language, session, texts.error_empty()).build();
            case CODENAME -> refused(body, language, session, texts.error_codename());
            case MESSAGE_TOO_SHORT -> refused(body, language, session, texts.error_short(shortest));
            case MESSAGE_TOO_LONG -> refused(body, language, session, texts.error_message());
            case BUSY -> {
                drain(body);
                yield busy(language, session);
            }
            case TOO_MANY -> refused(body, language, session, texts.error_many(files));
            case MALFORMED ->
                    refused(
                            body,
                            language,
                            session,
                            texts.error_malformed(submission.get().taken()));
        };
    }

    private Response busy(Language language, Session.Known session) {
        return form(503, language, session, Answers.texts(language).error_busy())
                .header("Retry-After", "300")
                .build();
    }

    /// The room was there when the form began.
    private static boolean full(Throwable failure) {
        return failure instanceof VaultFullException
                || failure.getCause() != null && full(failure.getCause());
    }

    private Response refused(
            InputStream body, Language language, Session.Known session, String sentence) {
        drain(body);
        return form(400, language, session, sentence).build();
    }

    private Response.ResponseBuilder form(
            int status, Language language, Session.Known session, @Nullable String error) {
        int least = shortest(session);
        return Answers.page(
                        status,
                        language,
                        Pages.form(
                                new Pages.View(language, "form"),
                                limit.size(),
                                least == 0 ? null : Integer.toString(least),
                                error))
                .header(HttpHeaders.SET_COOKIE, sessions.used(session));
    }

    /// Characters that the message must have: of a source that has sent something before, none.
    private int shortest(Session.Known session) {
        return shortest == 0
                        || cases.byLocator(session.locator(), session.recipient())
                                .filter(it -> !cases.toSource(it.caseId()).exhibits().isEmpty())
                                .isPresent()
                ? 0
                : shortest;
    }

    /// A typed codename may send more to its case, but begins none: it may be mistyped.
    private boolean maySend(Session.Known session) {
        return session.mayBegin()
                || cases.byLocator(session.locator(), session.recipient()).isPresent();
    }

    private static void drain(InputStream body) {
        try {
            byte[] buffer = new byte[64 * 1024];
            long left = DRAINED;
            for (int read = body.read(buffer); read >= 0 && left > 0; read = body.read(buffer)) {
                left -= read;
            }
        } catch (IOException e) {
            // Refused all the same.
        }
    }
}
