/// The auditors' door: the log's checkpoint and tiles for everybody, bundles of entries and the
/// export for auditors.
///
/// Open [LogApi] first. Keeps nothing and computes nothing: it serves what the ledger published, in
/// the C2SP tlog-tiles layout. Not trusted: whoever reads here verifies.
@NullMarked
package org.sigillo.audit;

import org.jspecify.annotations.NullMarked;
