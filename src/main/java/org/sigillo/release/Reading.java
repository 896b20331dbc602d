package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.ReleaseEvent;

/// A proposal's rows, each compared with its entry before it is used.
@ApplicationScoped
class Reading {
    private final ReleaseRows rows;

    Reading(ReleaseRows rows) {
        this.rows = rows;
    }

    /// One stored segment.
    record Segment(long size, Sha256 digest) {}

    @Transactional
    List<Segment> stored(Id release, ReleaseEvent.Proposed proposed) {
        List<Segment> segments =
                rows.segments(release.hex()).stream()
                        .map(row -> new Segment(row.size, Sha256.parse(row.digest)))
                        .toList();
        same(
                "segments of release " + release,
                proposed.root(),
                Entry.root(segments.stream().map(Segment::digest).toList()));
        return segments;
    }

    List<Sha256> segments(Id release, ReleaseEvent.Proposed proposed) {
        return stored(release, proposed).stream().map(Segment::digest).toList();
    }

    @Transactional
    String recipient(Id release, ReleaseEvent.Proposed proposed) {
        String recipient =
                rows.proposal(release.hex())
                        .map(row -> row.recipient)
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        "recipient of release " + release, "a row", "none"));
        same(
                "recipient of release " + release,
                proposed.recipient(),
                Genesis.recipientHash(recipient));
        return recipient;
    }

    /// The reading key, sealed to this person; empty if they were not given it.
    @Transactional
    Optional<byte[]> grant(Id release, Id person, ReleaseEvent.Proposed proposed) {
        Sha256 expected = proposed.grants().get(person);
        if (expected == null) {
            return Optional.empty();
        }
        byte[] sealed =
                rows.grant(release.hex(), person.hex())
                        .map(row -> row.sealed.clone())
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        "grant of release " + release, "a row", "none"));
        same("grant of release " + release, expected, Sha256.of(sealed));
        return Optional.of(sealed);
    }

    private static void same(String where, Sha256 expected, Sha256 found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.hex(), found.hex());
        }
    }
}
