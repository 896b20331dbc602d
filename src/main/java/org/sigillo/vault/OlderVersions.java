package org.sigillo.vault;

import io.minio.StatObjectResponse;
import io.minio.messages.Item;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.sigillo.bytes.Sha256;

/// Versions of settled objects that somebody with our key has put others, or the marker of a removal, over: what is genuine stays
/// below, and must be kept for as long as if it lay on top.
final class OlderVersions {
    /// Whoever puts over it what is not genuine can do so a million times; what came first is asked first.
    private static final int ASKED = 16;

    private final S3Bucket bucket;

    OlderVersions(S3Bucket bucket) {
        this.bucket = bucket;
    }

    private record Genuine(String version, Optional<Retention> kept) {
        /// Whether it is kept better than another that is genuine, too.
        private boolean isBetterThan(Genuine other) {
            return Retention.missing(other.kept, kept).isPresent();
        }
    }

    /// Gives the best-kept version with this digest what it lacks of a retention. Its mode stays: a stricter one needs a new version.
    ///
    /// @return whether there is one
    boolean keep(String address, Sha256 digest, Retention retention, LocalDate today)
            throws IOException {
        Optional<Genuine> found = genuine(address, digest, today);
        if (found.isEmpty()) {
            return false;
        }
        Optional<Retention> kept = found.get().kept();
        Retention.Mode mode = kept.map(Retention::mode).orElse(Retention.Mode.GOVERNANCE);
        Optional<Retention> missing =
                Retention.missing(
                        kept,
                        Optional.of(new Retention(mode, retention.until(), retention.hold())));
        if (missing.isPresent()) {
            String version = found.get().version();
            if (missing.get().until().isAfter(today)) {
                bucket.lock().keep(address, version, missing.get());
            }
            if (missing.get().hold()) {
                bucket.lock().hold(address, version);
            }
        }
        return true;
    }

    private Optional<Genuine> genuine(String address, Sha256 digest, LocalDate today)
            throws IOException {
        Optional<Genuine> best = Optional.empty();
        for (String version : oldest(address)) {
            if (bucket.digest(address, version).equals(digest)) {
                Genuine one = new Genuine(version, kept(address, version, today));
                if (best.filter(it -> !one.isBetterThan(it)).isEmpty()) {
                    best = Optional.of(one);
                }
            }
        }
        return best;
    }

    /// Asked for by itself: not every store says it with an older version.
    private Optional<Retention> kept(String address, String version, LocalDate today)
            throws IOException {
        Optional<io.minio.messages.Retention> lock = bucket.lock().of(address, version);
        return kept(
                lock.map(io.minio.messages.Retention::mode),
                lock.map(io.minio.messages.Retention::retainUntilDate),
                bucket.lock().held(address, version),
                today);
    }

    private Iterable<String> oldest(String address) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        bucket.versions(address, item -> add(item, last));
        return last;
    }

    private static void add(Item item, Deque<String> last) {
        if (item.isDeleteMarker()) {
            return;
        }
        last.addFirst(item.versionId());
        if (last.size() > ASKED) {
            last.removeLast();
        }
    }

    /// What keeps the newest version, if something still does.
    static Optional<Retention> kept(StatObjectResponse object, LocalDate today) {
        return kept(
                Optional.ofNullable(object.lockMode()),
                Optional.ofNullable(object.lockRetainUntilDate()),
                object.lockLegalHold() != null && object.lockLegalHold().status(),
                today);
    }

    private static Optional<Retention> kept(
            Optional<RetentionMode> mode,
            Optional<ZonedDateTime> end,
            boolean hold,
            LocalDate today) {
        Optional<LocalDate> until =
                end.map(it -> it.withZoneSameInstant(ZoneOffset.UTC).toLocalDate())
                        .filter(it -> it.isAfter(today));
        if (until.isEmpty() && !hold) {
            return Optional.empty();
        }
        return Optional.of(
                new Retention(
                        mode.equals(Optional.of(RetentionMode.COMPLIANCE))
                                ? Retention.Mode.COMPLIANCE
                                : Retention.Mode.GOVERNANCE,
                        until.orElse(today),
                        hold));
    }
}
