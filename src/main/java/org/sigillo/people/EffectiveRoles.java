package org.sigillo.people;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.sigillo.custody.Role;

/// A role counts where the identity provider and the ledger both give it; an administrator has no
/// other role, whatever either says. Once evidence is known to be broken nobody can sign any more, and
/// who is administrator by the provider's word alone counts as one: somebody must be able to ask what
/// is broken.
@ApplicationScoped
class EffectiveRoles implements SecurityIdentityAugmentor {
    private final People people;

    EffectiveRoles(People people) {
        this.people = people;
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        return identity.isAnonymous()
                ? Uni.createFrom().item(identity)
                : context.runBlocking(() -> effective(identity));
    }

    @ActivateRequestContext
    SecurityIdentity effective(SecurityIdentity identity) {
        String subject =
                identity.getPrincipal() instanceof JsonWebToken token
                        ? String.valueOf(token.getSubject())
                        : identity.getPrincipal().getName();
        Set<String> ledger =
                people.whoever(subject).map(Member::roles).orElse(Set.of()).stream()
                        .map(Role::word)
                        .collect(Collectors.toSet());
        Set<String> roles = roles(identity.getRoles(), ledger, people.broken());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(identity.getPrincipal())
                .addRoles(roles)
                .addAttributes(identity.getAttributes())
                .addCredentials(identity.getCredentials())
                .addAttribute("keycloakRoles", Set.copyOf(identity.getRoles()))
                .build();
    }

    /// What counts of two sets of roles.
    static Set<String> roles(Set<String> provider, Set<String> ledger, boolean broken) {
        if (broken && ledger.isEmpty() && provider.contains(Role.ADMINISTRATOR.word())) {
            return Set.of(Role.ADMINISTRATOR.word());
        }
        Set<String> both = provider.stream().filter(ledger::contains).collect(Collectors.toSet());
        boolean administrator =
                provider.contains(Role.ADMINISTRATOR.word())
                        || ledger.contains(Role.ADMINISTRATOR.word());
        if (administrator) {
            both.retainAll(Set.of(Role.ADMINISTRATOR.word()));
        }
        return both;
    }
}
