package org.sigillo.desk;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.sigillo.custody.Rules;
import org.sigillo.people.People;

/// The newsroom's own rules: two people, not both administrators, sign for the next ones.
@Path("/api/rules")
public final class RulesApi {
    private final People people;
    private final Caller caller;

    RulesApi(People people, Caller caller) {
        this.people = people;
        this.caller = caller;
    }

    record RulesRequest(Rules rules, String nonce, Signed.Parts statement) {}

    @POST
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor", "administrator"})
    public Response change(RulesRequest request) {
        Signed signed = new Signed(request.nonce(), request.statement());
        people.change(
                caller.person(), request.rules(), new People.Act(signed.drawn(), signed.said()));
        return Response.noContent().build();
    }
}
