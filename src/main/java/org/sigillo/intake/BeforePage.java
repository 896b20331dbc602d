package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.LongStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.web.Language;

/// What a source should know before anything is sent. Looks at nothing and nobody: it may be read, also
/// in the middle of a form, without a word of it getting anywhere.
@Path("/drop/{language: [a-z]{2}}/before")
@RunOnVirtualThread
public final class BeforePage {
    private static final long MB = 1_000_000;

    private final Pages.Transfer limit;
    private final List<Pages.Transfer> times;

    BeforePage(@ConfigProperty(name = "sigillo.intake.limit") long limit) {
        this.limit = new Pages.Transfer(limit);
        this.times =
                LongStream.concat(
                                LongStream.of(100 * MB, 500 * MB, 1000 * MB)
                                        .filter(size -> size < limit),
                                LongStream.of(limit))
                        .mapToObj(Pages.Transfer::new)
                        .toList();
    }

    @GET
    @PermitAll
    public Response before(@PathParam("language") String code) {
        Language language = Language.of(code);
        return Answers.page(
                        200,
                        language,
                        Pages.before(
                                new Pages.View(language, "before"), times, limit.size(language)))
                .build();
    }
}
