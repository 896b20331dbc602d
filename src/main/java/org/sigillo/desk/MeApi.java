package org.sigillo.desk;

import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Id;
import org.sigillo.custody.Rules;
import org.sigillo.people.Evidence;
import org.sigillo.people.Member;
import org.sigillo.people.People;
import org.sigillo.web.Door;
import org.sigillo.web.Doors;

/// Who is signed in, and which ledger this is.
@Path("/api/me")
public final class MeApi {
    private final Caller caller;
    private final People people;
    private final Evidence evidence;
    private final Doors doors;
    private final boolean demo;

    MeApi(
            Caller caller,
            People people,
            Evidence evidence,
            Doors doors,
            @ConfigProperty(name = "sigillo.demo") boolean demo) {
        this.caller = caller;
        this.people = people;
        this.evidence = evidence;
        this.doors = doors;
        this.demo = demo;
    }

    /// @param person none before the account is in the ledger
    record View(
            String subject,
            String name,
            List<String> keycloakRoles,
            @Nullable String person,
            List<String> roles,
            String account,
            String origin,
            String instance,
            String genesis,
            List<String> keys,
            Rules rules,
            String newsstand,
            boolean demo) {}

    @GET
    @Authenticated
    public View me() {
        CustodyEvent.LogOpened opened = evidence.genesis().opened();
        Optional<Id> person = people.bySubject(caller.subject()).map(Member::person);
        return new View(
                caller.subject(),
                caller.name(),
                caller.asked(),
                person.map(Id::hex).orElse(null),
                caller.roles().stream().sorted().toList(),
                person.isPresent() ? "known" : "none",
                opened.origin(),
                opened.instance(),
                evidence.genesis().hash().hex(),
                opened.keys(),
                evidence.rules(),
                doors.origin(Door.NEWS).text(),
                demo);
    }
}
