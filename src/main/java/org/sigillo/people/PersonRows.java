package org.sigillo.people;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

/// The people's table.
@ApplicationScoped
class PersonRows implements PanacheRepositoryBase<PersonRow, String> {}
