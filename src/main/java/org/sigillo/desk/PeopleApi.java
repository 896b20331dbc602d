package org.sigillo.desk;

import io.quarkus.security.Authenticated;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.people.People;

/// The newsroom's people, their enrolment and each other's word for them.
@Path("/api/people")
@Consumes(MediaType.APPLICATION_JSON)
public final class PeopleApi {
    private final Caller caller;
    private final People people;

    PeopleApi(Caller caller, People people) {
        this.caller = caller;
        this.people = people;
    }

    record Listed(
            String person,
            String name,
            String key,
            String recipient,
            String fingerprint,
            List<String> roles,
            List<String> asked,
            List<String> confirmedBy,
            Map<String, List<String>> roleGivenBy,
            boolean inGenesis) {
        static Listed of(People.Listed listed) {
            Trust.Person known = listed.known();
            Map<String, List<String>> givenBy = new LinkedHashMap<>();
            known.givenBy().forEach((role, by) -> givenBy.put(role.word(), ids(by)));
            return new Listed(
                    known.id().hex(),
                    listed.member().name(),
                    known.key().hex(),
                    listed.member().recipient(),
                    known.fingerprint().hex(),
                    known.roles().stream().map(Role::word).sorted().toList(),
                    listed.asked(),
                    ids(known.confirmedBy()),
                    givenBy,
                    known.founder());
        }

        private static List<String> ids(Collection<Id> ids) {
            return ids.stream().map(Id::hex).sorted().toList();
        }
    }

    record All(List<Listed> people) {}

    record AccountRequest(String person, String salt, String nonce, Signed.Parts statement) {}

    record EnrolRequest(
            String person,
            String key,
            String recipient,
            String salt,
            String nonce,
            Signed.Parts statement) {}

    record RoleRequest(String role, String nonce, Signed.Parts statement) {}

    record ConfirmRequest(Signed confirmed, RoleRequest roleGiven) {}

    @GET
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor", "administrator"})
    public All all() {
        return new All(people.all().stream().map(Listed::of).toList());
    }

    /// A founder's first sign-in.
    @POST
    @Path("account")
    @Authenticated
    public Response account(AccountRequest request) {
        people.account(
                Id.parse(request.person()),
                account(request.salt()),
                act(new Signed(request.nonce(), request.statement())));
        return Response.noContent().build();
    }

    @POST
    @Path("enrol")
    @Authenticated
    public Response enrol(EnrolRequest request) {
        if (asked().isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.NOT_YOURS,
                    "role-missing",
                    "This account has no role at the newsroom yet. Ask an administrator for one.");
        }
        people.enrol(
                Id.parse(request.person()),
                new Statement.Key(request.key()),
                request.recipient(),
                account(request.salt()),
                act(new Signed(request.nonce(), request.statement())));
        return Response.status(Response.Status.CREATED).build();
    }

    @POST
    @Path("{person}/confirm")
    @RolesAllowed({"reviewer", "editor", "counsel", "auditor", "administrator"})
    public Response confirm(@PathParam("person") String person, ConfirmRequest request) {
        people.confirm(
                caller.person(),
                Id.parse(person),
                act(request.confirmed()),
                Role.parse(request.roleGiven().role()),
                act(new Signed(request.roleGiven().nonce(), request.roleGiven().statement())));
        return Response.noContent().build();
    }

    private People.Account account(String salt) {
        return new People.Account(caller.subject(), caller.name(), Hex.parse(salt, 32), asked());
    }

    private List<String> asked() {
        return Arrays.stream(Role.values())
                .map(Role::word)
                .filter(caller.asked()::contains)
                .toList();
    }

    private static People.Act act(Signed signed) {
        return new People.Act(signed.drawn(), signed.said());
    }
}
