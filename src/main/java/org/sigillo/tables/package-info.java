/// Reads a ledger's tables as the files of an export, so that an operator can have a live database verified by the same code as an
/// auditor an export, without the application and without its keys.
///
/// Open [LedgerTables]. Reads only, in one snapshot; compares rows with what other rows say of them, but knows nothing of seals, which only
/// the log's key can check.
@NullMarked
package org.sigillo.tables;

import org.jspecify.annotations.NullMarked;
