package org.sigillo.desk;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.Id;
import org.sigillo.people.Member;
import org.sigillo.people.People;

/// Who asks.
@RequestScoped
class Caller {
    private final SecurityIdentity identity;
    private final People people;

    Caller(SecurityIdentity identity, People people) {
        this.identity = identity;
        this.people = people;
    }

    /// The account's name at the identity provider; never shown to others, never stored plain.
    String subject() {
        return identity.getPrincipal() instanceof JsonWebToken token
                ? String.valueOf(token.getSubject())
                : identity.getPrincipal().getName();
    }

    /// For the newsroom's eyes.
    String name() {
        if (identity.getPrincipal() instanceof JsonWebToken token) {
            Object name = token.getClaim("name");
            return name == null ? String.valueOf(token.getName()) : name.toString();
        }
        return identity.getPrincipal().getName();
    }

    /// What the identity provider gives, whether or not the ledger does too.
    List<String> asked() {
        Set<String> roles = identity.getAttribute("keycloakRoles");
        return roles == null ? List.of() : roles.stream().sorted().toList();
    }

    Set<String> roles() {
        return identity.getRoles();
    }

    /// The person that this account is in the ledger.
    Id person() {
        return people.bySubject(subject())
                .map(Member::person)
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.NOT_YOURS,
                                "person-unknown",
                                "The ledger does not know this account yet. Enrol first."));
    }
}
