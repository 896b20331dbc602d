package org.sigillo.docket;

import java.util.function.Supplier;

/// Each call a transaction of its own, as a ledger's connection that commits at once.
final class Direct extends Transactions {
    @Override
    <T> T call(Supplier<T> work) {
        return work.get();
    }
}
