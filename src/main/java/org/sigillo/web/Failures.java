package org.sigillo.web;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.ForbiddenException;
import io.vertx.core.http.HttpClosedException;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;

/// The outermost edge: what a failure inside a resource looks like outside. Refusals keep their
/// sentence; faults are logged by class alone, because a message may hold content. At the sources'
/// door they are counted instead: a line of the log has a time.
final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);

    /// Seconds after which whoever met too many others asks again.
    static final int AGAIN = 10;

    /// What reads bodies, and what takes forms apart.
    private static final String READER =
            "org.jboss.resteasy.reactive.server.vertx.VertxInputStream";

    private static final String FORMS = "org.jboss.resteasy.reactive.common.util.URLUtils";

    private static final String NO_JSON =
            "the body is not JSON, has a member twice, or is out of bounds";

    /// Guards that say nothing is wrong with what was asked, but the moment.
    private static final Set<String> PASSING = Set.of("busy", "away");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]{1,40}");

    private final MeterRegistry meters;
    private final Counter missing;
    private final Event<BrokenEvidenceException> found;

    Failures(MeterRegistry meters, Event<BrokenEvidenceException> found) {
        this.meters = meters;
        this.missing = meters.counter("sigillo.role.missing");
        this.found = found;
    }

    /// From the first minute: an alert on what is not there never comes.
    void countFromNowOn(@Observes StartupEvent begun) {
        failed("none", "none");
    }

    @ServerExceptionMapper
    public Response refused(Refusal refusal, UriInfo uri) {
        return answer(uri, refusal.kind().status(), "Refused", refusal.sentence(), refusal.guard());
    }

    @ServerExceptionMapper
    public Response malformed(MalformedException malformed, UriInfo uri) {
        return answer(
                uri,
                400,
                "Malformed",
                "The request cannot be read: " + malformed.getMessage() + ".",
                Optional.of("malformed"));
    }

    /// JSON of another shape than asked for. Names the member, never what it holds.
    @ServerExceptionMapper
    public Response unreadable(MismatchedInputException mismatch, UriInfo uri) {
        return malformed(
                new MalformedException(member(mismatch) + "is missing or is not as asked"), uri);
    }

    /// JSON that has more of something than any that is asked for.
    @ServerExceptionMapper
    public Response beyondBounds(StreamConstraintsException beyond, UriInfo uri) {
        return malformed(new MalformedException(NO_JSON), uri);
    }

    private static String member(MismatchedInputException mismatch) {
        String path =
                mismatch.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .filter(name -> name != null && NAME.matcher(name).matches())
                        .collect(Collectors.joining("."));
        return path.isEmpty() ? "a member " : "member \"" + path + "\" ";
    }

    @ServerExceptionMapper
    public Response broken(BrokenEvidenceException broken, UriInfo uri) {
        found.fire(broken);
        if (ofSource(uri)) {
            if (forPrograms(uri)) {
                return answer(
                        uri,
                        503,
                        "Closed at the moment",
                        "The newsroom is looking into a fault of its records. Nothing was accepted that"
                                + " is not listed under your codename. Come back later.",
                        Optional.of("closed"));
            }
            return page(
                    uri.getPath(),
                    503,
                    "evidence",
                    "Closed at the moment",
                    "The newsroom is looking into a fault of its records. Nothing was accepted that is"
                            + " not listed under your codename. Please come back later.");
        }
        // Health says it in any case.
        LOG.errorf("Broken evidence at %s", broken.where());
        // Only the newsroom, which is signed in there, is told where.
        String where = uri.getPath().startsWith("/api/") ? " (" + broken.where() + ")" : "";
        return answer(
                uri,
                500,
                "Broken evidence",
                "What is stored does not agree with the ledger"
                        + where
                        + ". Nothing more is written until an operator has looked at it.",
                Optional.of("evidence"));
    }

    /// The role is missing at the door already.
    @ServerExceptionMapper
    public Response forbidden(ForbiddenException missing, UriInfo uri) {
        return roleMissing(uri);
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException failure, UriInfo uri) {
        int status = failure.getResponse().getStatus();
        Optional<MalformedException> refused = refusedByType(failure);
        if (refused.isPresent()) {
            return malformed(refused.get(), uri);
        }
        return switch (status) {
            case 404 -> answer(uri, ErrorPages.NOT_FOUND);
            case 403 -> roleMissing(uri);
            case 405 ->
                    answer(uri, 405, "Not so", "This address is not asked so.", Optional.empty());
            case 413 ->
                    answer(
                            uri,
                            413,
                            "Too large",
                            "This is more than one request may carry.",
                            Optional.empty());
            case 415 ->
                    answer(
                            uri,
                            415,
                            "Another form",
                            "This address takes another media type.",
                            Optional.empty());
            default ->
                    status < 400
                            ? failure.getResponse()
                            : answer(
                                    uri,
                                    status,
                                    "Refused",
                                    "The request cannot be read. Go back and try again.",
                                    Optional.empty());
        };
    }

    /// JSON of the right shape whose values its type does not take: the type said why. And what is no JSON, or has a member twice.
    static Optional<MalformedException> refusedByType(WebApplicationException failure) {
        if (failure.getCause() instanceof ValueInstantiationException made
                && made.getCause() instanceof MalformedException why) {
            return Optional.of(why);
        }
        return failure.getResponse().getStatus() == 400
                        && failure.getCause() instanceof JacksonException
                ? Optional.of(new MalformedException(NO_JSON))
                : Optional.empty();
    }

    @ServerExceptionMapper
    public Response fault(RuntimeException fault, UriInfo uri) {
        // Percent signs in a form that stand for no byte; those in an address never come so far.
        return fault instanceof IllegalArgumentException && isThrownBy(FORMS, fault)
                ? http(new BadRequestException(), uri)
                : fault(uri, fault);
    }

    @ServerExceptionMapper
    public Response fault(IOException fault, UriInfo uri) {
        if (ofSource(uri) && isOfConnection(fault)) {
            // Whoever sent it went away in the middle of it: nobody is told, and no operator
            // called.
            meters.counter("sigillo.drop.broken.off", "fault", fault.getClass().getSimpleName())
                    .increment();
            return http(new BadRequestException(), uri);
        }
        return fault(uri, fault);
    }

    /// Also one that was reset while its body was read: what is thrown by who reads it is of no other connection.
    private static boolean isOfConnection(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpClosedException
                    || cause instanceof IOException && isThrownBy(READER, cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isThrownBy(String type, Throwable fault) {
        StackTraceElement[] at = fault.getStackTrace();
        return at.length > 0 && at[0].getClassName().startsWith(type);
    }

    private Response fault(UriInfo uri, Throwable fault) {
        Throwable cause = fault;
        StringBuilder classes = new StringBuilder(fault.getClass().getName());
        while (cause.getCause() != null) {
            cause = cause.getCause();
            classes.append(" by ").append(cause.getClass().getName());
        }
        StackTraceElement[] at = cause.getStackTrace();
        String where = at.length == 0 ? "?" : at[0].toString();
        if (ofSource(uri)) {
            failed(classes.toString(), where).increment();
        } else {
            LOG.errorf("A request failed: %s at %s", classes, where);
        }
        if (ofAuditors(uri) && isDatabaseAway(fault)) {
            return answer(
                    uri,
                    503,
                    "Away at the moment",
                    "The ledger's database cannot be reached. Ask again in a few seconds.",
                    Optional.of("away"));
        }
        return answer(
                uri,
                500,
                "Our fault",
                "Something failed on our side. Nothing that was confirmed to you is lost. Try again"
                        + " in a minute.",
                Optional.empty());
    }

    private Counter failed(String fault, String where) {
        return meters.counter("sigillo.drop.failed", "fault", fault, "at", where);
    }

    /// Programs that poll the log know what to do with that.
    private static boolean ofAuditors(UriInfo uri) {
        return uri.getPath().startsWith("/log/") || uri.getPath().startsWith("/audit/");
    }

    /// No connection to it, or none to spare: the pool's own time-out has no state (SQL classes 08 and 57P, and 53300).
    private static boolean isDatabaseAway(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException failed) {
                String state = failed.getSQLState();
                return state == null
                        || state.startsWith("08")
                        || state.startsWith("57P")
                        || state.equals("53300");
            }
        }
        return false;
    }

    private static boolean ofSource(UriInfo uri) {
        return uri.getPath().startsWith("/drop");
    }

    /// The sources' API; what else sources ask for is pages.
    private static boolean forPrograms(UriInfo uri) {
        return uri.getPath().startsWith("/drop/api/");
    }

    private Response roleMissing(UriInfo uri) {
        missing.increment();
        return answer(
                uri,
                403,
                "Not yours",
                "Your role does not include this. Ask a colleague who has it.",
                Optional.of("role-missing"));
    }

    private static Response answer(UriInfo uri, ErrorPages.Plain error) {
        return answer(uri, error.status(), error.title(), error.sentence(), Optional.empty());
    }

    private static Response page(
            String path, int status, String key, String title, String sentence) {
        return Response.status(status)
                .type("text/html; charset=utf-8")
                .entity(ErrorPages.page(path, key, title, sentence))
                .build();
    }

    private static Response answer(
            UriInfo uri, int status, String title, String sentence, Optional<String> guard) {
        String path = uri.getPath();
        boolean pages =
                path.startsWith("/drop") || path.startsWith("/news") || path.startsWith("/files");
        if (pages && !forPrograms(uri)) {
            return page(path, status, String.valueOf(status), title, sentence);
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", title);
        problem.put("status", status);
        problem.put("detail", sentence);
        guard.ifPresent(word -> problem.put("guard", word));
        Response.ResponseBuilder answer =
                Response.status(status).type("application/problem+json").entity(problem);
        return guard.filter(PASSING::contains).isPresent()
                ? answer.header(HttpHeaders.RETRY_AFTER, AGAIN).build()
                : answer.build();
    }
}
