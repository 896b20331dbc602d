package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Published;
import org.sigillo.ledger.SignedCheckpoint;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TlogProof;
import org.sigillo.vault.Vault;

/// The last proofs of a package: that the ledger sealed and released it. No entry has their digests, so they are made again
/// whenever they are compared, from the ledger that released it, be it closed by now.
@ApplicationScoped
class LastProofs {
    private static final int LARGEST = 1 << 20;
    private static final int ROUND = 1;

    private final Ledger ledger;
    private final Vault vault;

    LastProofs(Ledger ledger, Vault vault) {
        this.ledger = ledger;
        this.vault = vault;
    }

    /// Nothing before a checkpoint covers the release that is witnessed as it must be.
    Optional<SortedMap<String, byte[]>> of(Id release) {
        String released = key("release.released", release);
        return ledger.holding(released)
                .flatMap(in ->
                        of(
                                release,
                                in,
                                in.index(key("release.package-sealed", release)),
                                in.index(released)));
    }

    private Optional<SortedMap<String, byte[]>> of(
            Id release, Published in, OptionalLong sealed, OptionalLong released) {
        if (sealed.isEmpty() || released.isEmpty()) {
            return Optional.empty();
        }
        long newest = Math.max(sealed.getAsLong(), released.getAsLong());
        return made(release, in, ReleasePackage.RELEASED_PROOF, released.getAsLong())
                .or(() -> made(release, in, ReleasePackage.SEALED_PROOF, sealed.getAsLong()))
                .filter(it -> it.checkpoint().size() > newest)
                .or(() -> in.witnessed(newest))
                .map(last -> {
                    long old = ready(release, in).checkpoint().size();
                    long size = last.checkpoint().size();
                    return ReleasePackage.lastProofs(
                            proven(in, sealed.getAsLong(), size),
                            proven(in, released.getAsLong(), size),
                            last.note(),
                            old,
                            in.consistency(old, size));
                });
    }

    /// The checkpoint of one of those that lie in the vault, if it is a proof of this entry: another release's says nothing.
    /// Other witnesses may be asked today than when they were made, and some may have cosigned since: it is believed with all lines
    /// that it has here, or with as many as are asked for.
    private Optional<SignedCheckpoint> made(Id release, Published in, String file, long index) {
        String address = Publisher.tag(release, file);
        try (InputStream proof = vault.open(address)) {
            // Where somebody has put something larger there, its digest tells.
            TlogProof read =
                    TlogProof.parse(new String(proof.readNBytes(LARGEST), StandardCharsets.UTF_8));
            if (read.index() != index) {
                return Optional.empty();
            }
            String note = read.note();
            return in.checkpoint(Checkpoint.parse(SignedNote.parse(note).text()).size())
                    .flatMap(known ->
                            known.asIn(note).filter(it -> it.equals(known) || in.isWitnessed(it)));
        } catch (NoSuchFileException | NoteException | MalformedException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first checkpoint over the approvals, with which the package begins.
    private static SignedCheckpoint ready(Id release, Published in) {
        OptionalLong index = in.index(key("release.ready", release));
        return in.covering(index.orElseThrow()).orElseThrow();
    }

    private static String key(String type, Id release) {
        return type + "/" + release + "/" + ROUND;
    }

    private static ProvenEntry proven(Published in, long index, long size) {
        List<Sha256> hashes = in.inclusion(index, size);
        return new ProvenEntry(Entry.parse(in.entry(index).orElseThrow()), hashes);
    }
}
