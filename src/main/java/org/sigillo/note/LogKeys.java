package org.sigillo.note;

import java.util.Collection;
import java.util.List;

/// What a log's own list of keys must be.
final class LogKeys {
    private LogKeys() {}

    /// Each named like the log, of a type that logs sign with, none twice; the first is Ed25519, which
    /// every tool verifies.
    static void check(String origin, List<NoteVerifier> keys) {
        if (keys.isEmpty() || keys.getFirst().type() != SignatureType.ED25519) {
            throw new NoteException("a log's first key is an Ed25519 key");
        }
        for (NoteVerifier key : keys) {
            if (!key.name().equals(origin) || !key.signsLogs()) {
                throw new NoteException(key + " is no key of the log " + origin);
            }
        }
        distinct(keys);
    }

    /// Refuses a key that stands twice, under whatever names: it would count twice, or a witness's
    /// line could be taken for the log's.
    static void distinct(Collection<NoteVerifier> keys) {
        List<NoteVerifier> all = List.copyOf(keys);
        for (int i = 0; i < all.size(); i++) {
            for (NoteVerifier later : all.subList(i + 1, all.size())) {
                if (all.get(i).sameKey(later)) {
                    throw new NoteException(all.get(i) + " and " + later + " are the same key");
                }
            }
        }
    }
}
