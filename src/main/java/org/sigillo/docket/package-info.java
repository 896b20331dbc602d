/// Cases: what each source sent, sealed, and who was granted it.
///
/// Open [Cases] first. Invariants: a row and its event commit in one transaction; an exhibit exists
/// when its row does; a recipient, grant or label is handed out only after it was compared with its
/// event. Stored layout: `V2__docket.sql`; segments lie in the vault at `segments/<exhibit>/<n>`. How far the vault was read again
/// (`V16__scrub_goes_on.sql`) is no evidence.
///
/// Not trusted: holds nothing plain, and its rows are compared with the ledger.
@NullMarked
package org.sigillo.docket;

import org.jspecify.annotations.NullMarked;
