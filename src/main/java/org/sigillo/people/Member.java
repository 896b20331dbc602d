package org.sigillo.people;

import java.util.Set;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;

/// A person who counts.
///
/// @param name for the newsroom's eyes; empty before the first sign-in
/// @param recipient `age1pq1…`, already compared with the ledger
public record Member(Id person, String name, String recipient, Set<Role> roles) {}
