package org.sigillo.intake;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.custody.Genesis;
import org.sigillo.people.Evidence;
import org.sigillo.web.Language;

/// Checks a receipt where its holder is: by the page's program, which is given what it needs here and asks
/// for nothing more, or with `sigillo receipt`. Takes nothing in.
@Path("/drop/{language: [a-z]{2}}/check")
@RunOnVirtualThread
public final class CheckPage {
    private final Evidence evidence;
    private final Programs programs;

    CheckPage(Evidence evidence, Programs programs) {
        this.evidence = evidence;
        this.programs = programs;
    }

    @CheckedTemplate(basePath = "drop")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance check(
                Pages.View view, Programs.@Nullable Program program, Ledgers ledgers);
    }

    /// What a receipt is checked by.
    ///
    /// @param genesis the hash of the ledger that is written
    /// @param entry base64 of its entry 0
    /// @param closed the same of those that were closed before, with spaces between
    record Ledgers(String genesis, String entry, String closed) {}

    @GET
    @PermitAll
    public Response page(@PathParam("language") String code) {
        Language language = Language.of(code);
        Ledgers ledgers =
                new Ledgers(
                        evidence.genesis().hash().hex(),
                        entry(evidence.genesis()),
                        evidence.closed().stream()
                                .map(CheckPage::entry)
                                .collect(Collectors.joining(" ")));
        return Answers.page(
                        200,
                        language,
                        Templates.check(
                                new Pages.View(language, "check"), programs.program(), ledgers))
                .build();
    }

    private static String entry(Genesis genesis) {
        return Base64.of(genesis.entry().bytes());
    }

    /// For the same check by another program. Its authority is its hash alone.
    @GET
    @Path("genesis.json")
    @PermitAll
    public Response genesis(@PathParam("language") String code) {
        Language.of(code);
        return Response.ok(evidence.genesis().bytes(), MediaType.APPLICATION_JSON)
                .header("Content-Disposition", "attachment; filename=\"genesis.json\"")
                .build();
    }
}
