package org.sigillo.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.commons.io.input.BoundedInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.docket.Cases;
import org.sigillo.people.People;
import org.sigillo.vault.VaultFullException;
import org.sigillo.waiting.Line;
import org.sigillo.waiting.Renewal;
import org.sigillo.waiting.Uploads;
import org.sigillo.web.Connections;
import org.sigillo.web.Language;

/// The form, and the body that it sends: read as it arrives, never spooled.
@Path("/drop/{language: [a-z]{2}}")
@RunOnVirtualThread
public final class SubmitPage {
    /// Bodies that are read at once: each holds a few hundred KiB.
    private static final int UPLOADS = 256;

    /// Of these, what sources who have a case and those who have none leave to one another.
    private static final int KEPT = 32;

    /// How long a body waits unread for a place, before its sender is sent to the page that renews itself.
    private static final Duration HELD = Duration.ofSeconds(30);

    /// Seconds until whoever waits for the form asks again.
    private static final int RENEWED = 10;

    /// Messages of many pages that are held at once, a MiB or two each.
    private static final int LONG_MESSAGES = 16;

    private final Sessions sessions;
    private final Senders senders;
    private final Receiving receiving;
    private final Cases cases;
    private final MeterRegistry meters;
    private final Pages.Transfer limit;
    private final int files;
    private final int shortest;
    private final int exhibits;
    private final long reserve;
    private final Uploads uploads;

    /// Who has a case waits for no newcomer, nor the other way round.
    private final Line newcomers;

    private final Line known;
    private final Crowd crowd;
    private final Semaphore longMessages = new Semaphore(LONG_MESSAGES);

    SubmitPage(
            Sessions sessions,
            Senders senders,
            Receiving receiving,
            Cases cases,
            Crowd crowd,
            MeterRegistry meters,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.intake.limit") long limit,
            @ConfigProperty(name = "sigillo.intake.files") int files,
            @ConfigProperty(name = "sigillo.intake.first-message") int shortest,
            @ConfigProperty(name = "sigillo.intake.exhibits") int exhibits,
            @ConfigProperty(name = "sigillo.vault.reserve") long reserve,
            @ConfigProperty(name = "sigillo.vault.abandoned-days") int abandoned) {
        this.sessions = sessions;
        this.senders = senders;
        this.receiving = receiving;
        this.cases = cases;
        this.crowd = crowd;
        this.newcomers = new Line(Crowd.WAITING, clock);
        this.known = new Line(Crowd.WAITING, clock);
        meters.gauge(
                "sigillo.drop.waiting",
                Crowd.lane("forms"),
                newcomers,
                it -> it.waiting() + known.waiting());
        this.meters = meters;
        // From the first minute: an alert on what is not there never comes.
        brokenOff(new IOException());
        // A day less than what it brought at first is left alone.
        this.uploads =
                new Uploads(UPLOADS, KEPT, Duration.ofDays(Math.max(1, abandoned - 1)), clock);
        meters.gauge("sigillo.drop.uploads", Crowd.lane("forms"), uploads, Uploads::taken);
        this.limit = new Pages.Transfer(limit);
        this.files = files;
        this.shortest = shortest;
        this.exhibits = exhibits;
        this.reserve = reserve;
    }

    /// Nobody writes in vain: as long as there is no place, whoever comes for the form waits for it first.
    @GET
    @Path("form")
    @PermitAll
    public Response form(
            @PathParam("language") String code,
            @QueryParam("place") @Nullable String token,
            @QueryParam("still") @Nullable String still,
            @Context HttpHeaders headers,
            @Context HttpServerRequest request)
            throws IOException {
        Language language = Language.of(code);
        People.Intake intake = crowd.door();
        if (intake != People.Intake.OPEN) {
            return Answers.closed(language, "form", intake);
        }
        Line.Place place = sessions.brought(token);
        Duration patience =
                token == null
                        ? Crowd.PATIENCE
                        : Renewal.of(place, sessions.now(), still).held(Crowd.LONG);
        return admitted(
                language,
                headers,
                () -> waits(language, place, still, Crowd.Why.PLACES),
                sender ->
                        uploads.room(sender.newcomer())
                                ? turn(sender, place, patience, () -> Connections.isOpen(request))
                                        .map(it -> form(200, language, it, token, null).build())
                                        .orElseGet(() ->
                                                waits(language, place, still, Crowd.Why.QUOTA))
                                : waits(language, place, still, Crowd.Why.PLACES));
    }

    /// Whoever may send now: whose session is from before cases were slowed waits for its turn without a form in their hands.
    private Optional<Senders.Sender> turn(
            Senders.Sender sender, Line.Place place, Duration patience, BooleanSupplier there) {
        return sender.newcomer()
                ? crowd.mayOpen(sender.session().begin(), place, patience, there)
                        .map(sender::begins)
                : Optional.of(sender);
    }

    @POST
    @Path("submit")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @PermitAll
    public Response submit(
            @PathParam("language") String code,
            @QueryParam("place") @Nullable String token,
            @HeaderParam("Content-Length") long length,
            @Context HttpHeaders headers,
            @Context HttpServerRequest request,
            InputStream body)
            throws IOException {
        Language language = Language.of(code);
        People.Intake intake = crowd.door();
        if (intake != People.Intake.OPEN) {
            return Answers.closed(language, "form", intake);
        }
        // Whoever is refused before there is a place for them is answered at once; what they still
        // send is read by nobody (`Watch`).
        return admitted(
                language,
                headers,
                () -> waits(language, sessions.brought(token), null, Crowd.Why.PLACES),
                sender -> submit(language, sender, token, length, headers, request, body));
    }

    /// What a page does with its request.
    @FunctionalInterface
    private interface Then {
        Response of(Senders.Sender sender) throws IOException;
    }

    /// For whoever may send, and not in vain.
    ///
    /// @param busy for whoever's turn to be looked at did not come in time
    private Response admitted(
            Language language, HttpHeaders headers, Supplier<Response> busy, Then then)
            throws IOException {
        Optional<Session.Known> session = sessions.known(headers);
        if (session.isEmpty()) {
            return Answers.expired(language);
        }
        Optional<Optional<Senders.Sender>> turn =
                crowd.inTurn(session.get().locator(), () -> senders.sender(session.get()));
        if (turn.isEmpty()) {
            return busy.get();
        }
        Optional<Senders.Sender> sender = turn.get();
        if (sender.isEmpty()) {
            return Answers.expired(language);
        }
        Optional<Response> vain = inVain(language, sender.get());
        return vain.isPresent() ? vain.get() : then.of(sender.get());
    }

    private Response submit(
            Language language,
            Senders.Sender sender,
            @Nullable String token,
            long length,
            HttpHeaders headers,
            HttpServerRequest request,
            InputStream body)
            throws IOException {
        if (length > limit.bytes()) {
            // Nobody sends for days what is refused in the end: this is said before any of it is
            // read.
            return tooLarge(language, sender);
        }
        Line.Place place = sessions.brought(token);
        BooleanSupplier there = () -> Connections.isOpen(request);
        Optional<Senders.Sender> granted = turn(sender, place, HELD, there);
        if (granted.isEmpty()) {
            return inVain(language, sender)
                    .orElseGet(() -> waits(language, place, null, Crowd.Why.QUOTA));
        }
        // It is kept, or whoever lacks a place to be read would wait for both in turns.
        String kept = sessions.used(granted.get().session());
        Optional<Uploads.Place> taken =
                (sender.newcomer() ? newcomers : known)
                        .await(
                                place,
                                HELD,
                                there,
                                () ->
                                        uploads.turn(
                                                sender.session().locator(),
                                                sender.newcomer(),
                                                () -> request.connection().close()))
                        .flatMap(Uploads.Turn::place);
        if (taken.isEmpty()) {
            return Response.fromResponse(waits(language, place, null, Crowd.Why.PLACES))
                    .header(HttpHeaders.SET_COOKIE, kept)
                    .build();
        }
        try (Uploads.Place upload = taken.get()) {
            return receive(language, granted.get(), headers, upload.watched(body), there);
        } finally {
            newcomers.freed();
            known.freed();
        }
    }

    /// Why nothing of this source is taken in at this moment: said before anything is written, and again before anything is read.
    private Optional<Response> inVain(Language language, Senders.Sender sender) throws IOException {
        if (sender.newcomer() && crowd.pace() == Crowd.Pace.FULL) {
            crowd.refused(Crowd.Why.QUOTA);
            return Optional.of(Answers.full(language));
        }
        Texts texts = Answers.texts(language);
        if (sender.exhibits() >= exhibits) {
            return Optional.of(
                    form(409, language, sender, null, texts.error_case(exhibits)).build());
        }
        if (cases.free() / (sender.newcomer() ? 2 : 1) < reserve) {
            crowd.refused(Crowd.Why.ROOM);
            return Optional.of(form(507, language, sender, null, texts.error_full()).build());
        }
        return Optional.empty();
    }

    private Response waits(
            Language language, Line.Place place, @Nullable String still, Crowd.Why why) {
        crowd.slowed(why);
        String next = "form?place=" + sessions.place(place);
        Renewal renewal = Renewal.of(place, sessions.now(), still);
        return Answers.waits(language, renewal, next, next, RENEWED);
    }

    private Response receive(
            Language language,
            Senders.Sender sender,
            HttpHeaders headers,
            InputStream body,
            BooleanSupplier there)
            throws IOException {
        Session.Known session = sender.session();
        Texts texts = Answers.texts(language);
        BoundedInputStream bounded =
                BoundedInputStream.builder()
                        .setInputStream(body)
                        .setMaxCount(limit.bytes() + 1)
                        .get();
        String type = String.valueOf(headers.getHeaderString(HttpHeaders.CONTENT_TYPE));
        Optional<Submission> submission =
                Submission.of(type, bounded, files, shortest(sender), longMessages);
        if (submission.isEmpty()) {
            return refused(language, sender, texts.error_malformed(0));
        }
        Submission.End end;
        try {
            end =
                    submission
                            .get()
                            .read((name, media, in) ->
                                    receiving.take(session, name, media, in, there));
        } catch (IOException e) {
            if (bounded.getCount() > limit.bytes()) {
                return tooLarge(language, sender);
            }
            // The client went away, or the store failed: what was complete stays.
            brokenOff(e).increment();
            return full(e)
                    ? form(507, language, sender, null, texts.error_full()).build()
                    : form(500, language, sender, null, texts.error_fault()).build();
        } catch (Refusal | BrokenEvidenceException e) {
            throw e;
        } catch (RuntimeException e) {
            // The database failed, and did not come back in time.
            brokenOff(e).increment();
            return form(500, language, sender, null, texts.error_fault()).build();
        }
        if (end != Submission.End.WHOLE && bounded.getCount() > limit.bytes()) {
            return tooLarge(language, sender);
        }
        return switch (end) {
            case WHOLE ->
                    Answers.seeOther(language, "case")
                            .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                            .build();
            case EMPTY -> refused(language, sender, texts.error_empty());
            case CODENAME -> refused(language, sender, texts.error_codename());
            case MESSAGE_TOO_SHORT -> refused(language, sender, texts.error_short(shortest));
            case MESSAGE_TOO_LONG -> refused(language, sender, texts.error_message());
            case BUSY -> {
                crowd.slowed(Crowd.Why.PLACES);
                yield form(503, language, sender, null, texts.error_busy())
                        .header(HttpHeaders.RETRY_AFTER, "300")
                        .build();
            }
            case TOO_MANY -> refused(language, sender, texts.error_many(files));
            case MALFORMED ->
                    refused(language, sender, texts.error_malformed(submission.get().taken()));
        };
    }

    private Counter brokenOff(Exception fault) {
        return meters.counter("sigillo.drop.broken.off", "fault", fault.getClass().getSimpleName());
    }

    /// The room was there when the form began.
    private static boolean full(Throwable failure) {
        return failure instanceof VaultFullException
                || failure.getCause() != null && full(failure.getCause());
    }

    private Response tooLarge(Language language, Senders.Sender sender) {
        String sentence = Answers.texts(language).error_large(limit.size(language));
        return form(413, language, sender, null, sentence).build();
    }

    private Response refused(Language language, Senders.Sender sender, String sentence) {
        return form(400, language, sender, null, sentence).build();
    }

    private Response.ResponseBuilder form(
            int status,
            Language language,
            Senders.Sender sender,
            @Nullable String place,
            @Nullable String error) {
        int least = shortest(sender);
        return Answers.page(
                        status,
                        language,
                        Pages.form(
                                new Pages.View(language, "form"),
                                limit.size(language),
                                least == 0 ? null : Integer.toString(least),
                                place,
                                error))
                .header(HttpHeaders.SET_COOKIE, sessions.used(sender.session()));
    }

    /// Characters that the message must have: of a source that has sent something before, none.
    private int shortest(Senders.Sender sender) {
        return sender.exhibits() > 0 ? 0 : shortest;
    }
}
