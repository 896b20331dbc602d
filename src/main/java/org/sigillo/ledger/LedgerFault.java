package org.sigillo.ledger;

/// The ledger's database could not be read or written; the act may be tried again.
public final class LedgerFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    LedgerFault(String doing, Throwable cause) {
        super("the ledger's database failed while " + doing, cause);
    }
}
