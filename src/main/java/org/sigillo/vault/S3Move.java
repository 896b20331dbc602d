package org.sigillo.vault;

import io.minio.StatObjectResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// The way of one object of an S3 store from staging to where it is kept. Several processes may go it at once with the same object: one
/// that finds what another has done meanwhile looks again.
///
/// @param today on which nothing is kept any more that is kept until today
record S3Move(S3Bucket staging, S3Bucket settled, LocalDate today) {
    /// Whoever is overtaken has been so by one that came to its end.
    private static final int ATTEMPTS = 4;

    /// The newest version is not kept as it should be, although the store was asked to: that it says yes and does nothing, or
    /// that another process has begun a version of its own since.
    private static final class UnkeptException extends IOException {
        private static final long serialVersionUID = 1;

        private UnkeptException(String address) {
            super("the store did not keep " + address + " as it was asked to");
        }
    }

    /// As [Vault#settle].
    ///
    /// @param retention nothing where the store keeps nothing
    void settle(String address, Sha256 digest, Optional<Retention> retention) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                attempt(address, digest, retention);
                return;
            } catch (NoSuchFileException | UnkeptException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void attempt(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        boolean fresh = settled.stat(address).isEmpty();
        Optional<StatObjectResponse> staged = staging.stat(address);
        boolean read = staged.isPresent();
        if (staged.isPresent()) {
            // What an earlier round left there may be half of it, or somebody else's.
            if (fresh || !settled.digest(address).equals(digest)) {
                copyToLast(address, staged.get().size(), digest);
            }
        } else if (fresh) {
            // Another process may have settled it between the two questions.
            if (settled.stat(address).isEmpty()) {
                keepOlder(address, digest, retention);
                throw Address.broken(address, digest, Address.NOTHING);
            }
            requireSettled(address, digest);
            read = true;
        }
        keep(address, digest, retention, read);
        if (staged.isPresent()) {
            staging.remove(address, null);
        }
    }

    /// As [Vault#keepOlder].
    boolean keepOlder(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        return retention.isPresent()
                && new OlderVersions(settled).keep(address, digest, retention.get(), today);
    }

    /// @return the new version
    private String copyToLast(String address, long size, Sha256 digest) throws IOException {
        String version = settled.copy(staging, address, size);
        try {
            requireSettled(address, digest);
        } catch (BrokenEvidenceException e) {
            // It would be read before the staged one, which may be whole, or be put right.
            settled.remove(address, version);
            throw e;
        }
        return version;
    }

    /// What the store gives back, not what was sent to it.
    private void requireSettled(String address, Sha256 digest) throws IOException {
        Sha256 found = settled.digest(address);
        if (!found.equals(digest)) {
            throw Address.broken(address, digest, found.hex());
        }
    }

    /// @param compared whether what lies there was read just now
    private void keep(
            String address, Sha256 digest, Optional<Retention> retention, boolean compared)
            throws IOException {
        if (retention.isEmpty()) {
            return;
        }
        StatObjectResponse now =
                settled.stat(address).orElseThrow(() -> new NoSuchFileException(address));
        Optional<Retention> kept = OlderVersions.kept(now, today);
        Optional<Retention> missing = Retention.missing(kept, retention);
        if (missing.isEmpty()) {
            return;
        }
        if (!compared) {
            // Somebody with our key may have put a newer version over it: nobody wants that one
            // kept.
            try {
                requireSettled(address, digest);
            } catch (BrokenEvidenceException e) {
                keepOlder(address, digest, retention);
                throw e;
            }
        }
        String version = now.versionId();
        if (missing.get().until().isAfter(today)) {
            if (stricter(kept, missing.get())) {
                version = renewed(address, now.size(), digest, missing.get());
            } else {
                settled.lock().keep(address, version, missing.get());
            }
        }
        if (missing.get().hold()) {
            settled.lock().hold(address, version);
        }
        Optional<Retention> left =
                Retention.missing(
                        settled.stat(address).flatMap(it -> OlderVersions.kept(it, today)),
                        missing);
        if (left.filter(it -> it.hold() || it.until().isAfter(today)).isPresent()) {
            throw new UnkeptException(address);
        }
    }

    /// Begins a new version with the same bytes, and keeps it; the one before stays as long as it is kept. By way of staging: not every
    /// store copies an object to its own address. Kept by a request of its own: MinIO knows how long a version would be kept, which a
    /// policy may bound, in no other. A round that ends in between is done again.
    private String renewed(String address, long size, Sha256 digest, Retention retention)
            throws IOException {
        boolean gone = false;
        try {
            staging.copy(settled, address, size);
            // Compared before it is kept: nobody could take it away afterwards.
            String version = copyToLast(address, size, digest);
            try {
                settled.lock().keep(address, version, retention);
                return version;
            } catch (IOException e) {
                // Kept by nothing it would lie over the one that is kept.
                settled.remove(address, version);
                throw e;
            }
        } catch (NoSuchFileException e) {
            // Another process has ended with it. What is there now is a third one's.
            gone = true;
            throw e;
        } finally {
            if (!gone) {
                staging.remove(address, null);
            }
        }
    }

    /// A store changes no version from one mode to the other for whoever has not the right to bypass the first: there a
    /// new version begins.
    private static boolean stricter(Optional<Retention> kept, Retention wanted) {
        return wanted.mode() == Retention.Mode.COMPLIANCE
                && kept.map(it -> it.mode() == Retention.Mode.GOVERNANCE).orElse(false);
    }
}
