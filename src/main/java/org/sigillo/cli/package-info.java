/// The command line: makes keys, founds ledgers, verifies them. Has never met Quarkus.
///
/// Open [Sigillo] first. Exit codes: 0 it holds; 1 broken evidence; 2 the command was used wrongly or
/// a file is malformed; 3 a file or server could not be read, or the program itself failed. Trusted by whoever runs it: an auditor
/// reads this room's `verify` and the four plain rooms under it.
@NullMarked
package org.sigillo.cli;

import org.jspecify.annotations.NullMarked;
