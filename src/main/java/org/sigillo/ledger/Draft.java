package org.sigillo.ledger;

import java.util.Optional;
import java.util.function.Function;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;

/// An event that a register asks the ledger to enter.
///
/// @param key derived from what happened, as in `exhibit.sealed/<exhibit>`: one key, one entry
/// @param nonce the signer's, where there is a statement; else the ledger draws one
/// @param bySource whether a source caused it: then it carries the day only and waits for the beat
/// @param fact the event for a nonce, which hides the ids in it
public record Draft(
        String key,
        Optional<Nonce> nonce,
        boolean bySource,
        Optional<Id> caseId,
        Optional<String> actor,
        Function<byte[], CustodyEvent> fact) {

    /// Something a source did in a case.
    public static Draft bySource(String key, Id caseId, Function<byte[], CustodyEvent> fact) {
        return new Draft(
                key,
                Optional.empty(),
                true,
                Optional.of(caseId),
                Optional.of(Entry.Event.SOURCE),
                fact);
    }

    /// Something a person did, without a statement.
    public static Draft byPerson(
            String key, Id person, Optional<Id> caseId, Function<byte[], CustodyEvent> fact) {
        return new Draft(key, Optional.empty(), false, caseId, Optional.of(person.hex()), fact);
    }

    /// A person's signed act, whose nonce the signer's machine drew.
    public static Draft signed(
            String key, Id person, Optional<Id> caseId, Nonce nonce, CustodyEvent fact) {
        return new Draft(
                key, Optional.of(nonce), false, caseId, Optional.of(person.hex()), n -> fact);
    }

    /// Something the server states.
    public static Draft byServer(String key, CustodyEvent fact) {
        return new Draft(
                key,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of(Entry.Event.SERVER),
                n -> fact);
    }

    /// Something the server found in a case.
    public static Draft byServer(String key, Id caseId, Function<byte[], CustodyEvent> fact) {
        return new Draft(
                key,
                Optional.empty(),
                false,
                Optional.of(caseId),
                Optional.of(Entry.Event.SERVER),
                fact);
    }

    /// What must be alike when the same key comes again: everything but time and nonce.
    Sha256 facts() {
        CustodyEvent plain = fact.apply(new byte[Entry.NONCE]);
        return Sha256.of(
                CanonicalJson.encode(
                        Json.object()
                                .with("case", caseId.map(Id::hex).orElse(""))
                                .with("actor", actor.orElse(""))
                                .with("type", plain.type())
                                .with("body", plain.body())));
    }
}
