package org.sigillo.docket;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/// Short transactions for work that goes on for longer than one may.
@ApplicationScoped
class Transactions {
    <T> T call(Supplier<T> work) {
        return QuarkusTransaction.requiringNew().call(work::get);
    }
}
