package org.sigillo.intake;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.people.Evidence;

/// What runs in sources' browsers where they let it (`src/main/webui`), by the digests that its pages state.
@ApplicationScoped
class Programs {
    private static final String ASSETS = "META-INF/resources/assets/";

    private final Evidence evidence;
    private final Optional<Sha256> page = digest("drop.js");
    private final Optional<Sha256> worker = digest("drop-worker.js");

    Programs(Evidence evidence) {
        this.evidence = evidence;
    }

    /// Whoever has a build of their own can compare what is served with it, and what was served before.
    void serve(@Observes StartupEvent started) {
        if (page.isPresent() && worker.isPresent()) {
            evidence.serves(page.get(), worker.get());
        }
    }

    /// What a page with script says of it, and what its script must know.
    ///
    /// @param page SHA-256 of the page's own program
    /// @param integrity the same, in base64
    /// @param worker SHA-256 of the program that holds the keys
    record Program(Sha256 page, String integrity, Sha256 worker, String genesis, String instance) {}

    /// Null where this copy was built without: its pages then have no script.
    @Nullable Program program() {
        if (page.isEmpty() || worker.isEmpty()) {
            return null;
        }
        return new Program(
                page.get(),
                Base64.of(page.get().bytes()),
                worker.get(),
                evidence.genesis().hash().hex(),
                evidence.genesis().opened().instance());
    }

    private static Optional<Sha256> digest(String name) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream in = loader.getResourceAsStream(ASSETS + name)) {
            return in == null ? Optional.empty() : Optional.of(Sha256.of(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
