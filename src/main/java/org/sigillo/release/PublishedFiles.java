package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Vault;

/// The files of published packages. The ledger has the digests of each tag manifest, which names the other
/// tag files, and of the manifest, which names the items; the last proofs are made again.
@ApplicationScoped
class PublishedFiles implements Holdings {
    /// A manifest of a hundred thousand items.
    static final int LARGEST_TAG = 32 << 20;

    private final Vault vault;
    private final ReleaseRows rows;
    private final Standing standing;
    private final LastProofs lastProofs;
    private final InstantSource clock;

    PublishedFiles(
            Vault vault,
            ReleaseRows rows,
            Standing standing,
            LastProofs lastProofs,
            InstantSource clock) {
        this.vault = vault;
        this.rows = rows;
        this.standing = standing;
        this.lastProofs = lastProofs;
        this.clock = clock;
    }

    @Override
    public String prefix() {
        return "packages";
    }

    @Override
    public void heldOf(List<String> addresses, Consumer<Held> visitor) {
        standing.withProposed(
                addresses,
                QuarkusTransaction.requiringNew().call(rows::proposed),
                visitor,
                known -> Holdings.super.heldOf(addresses, known));
    }

    @Override
    public void forEach(Consumer<Held> visitor) {
        Holdings.visit(
                QuarkusTransaction.requiringNew().call(rows::shown),
                release -> visitFiles(Id.parse(release), visitor));
    }

    /// Those that are known, also where what names the others cannot be read, or is another.
    private void visitFiles(Id release, Consumer<Held> visitor) {
        SortedMap<String, Sha256> files = new TreeMap<>();
        Optional<Retention> kept = Optional.of(Retention.published(clock));
        boolean all = false;
        try {
            all = gather(release, files);
        } finally {
            files.forEach(
                    (address, digest) -> visitor.accept(new Held(address, digest, true, kept)));
        }
        if (!all) {
            throw new MalformedException(
                    "what names the files of package " + release + " is lost or altered");
        }
    }

    /// What a package's files are, by their addresses.
    SortedMap<String, Sha256> files(Id release) {
        SortedMap<String, Sha256> files = new TreeMap<>();
        gather(release, files);
        return files;
    }

    /// @return whether these are all
    private boolean gather(Id release, SortedMap<String, Sha256> files) {
        Optional<Standing.Sealed> found = standing.sealed(release);
        if (found.isEmpty()) {
            // A row that somebody planted.
            return true;
        }
        Standing.Sealed sealed = found.get();
        files.put(Publisher.tag(release, ReleasePackage.TAG_MANIFEST), sealed.packageDigest());
        files.put(Publisher.tag(release, ReleasePackage.MANIFEST), sealed.manifest());
        Optional<? extends Map<String, Sha256>> tags =
                read(release, ReleasePackage.TAG_MANIFEST, sealed.packageDigest())
                        .map(it -> ReleasePackage.listed(ReleasePackage.TAG_MANIFEST, it));
        tags.ifPresent(it ->
                it.forEach((path, digest) -> files.put(Publisher.tag(release, path), digest)));
        Optional<Manifest> items =
                read(release, ReleasePackage.MANIFEST, sealed.manifest()).map(Manifest::parse);
        items.ifPresent(it -> {
            int number = 0;
            for (Manifest.Item item : it.items()) {
                files.put(Publisher.item(release, ++number), item.sha256());
            }
        });
        lastProofs
                .of(release)
                .ifPresent(proofs ->
                        proofs.forEach((path, bytes) ->
                                files.put(Publisher.tag(release, path), Sha256.of(bytes))));
        return tags.isPresent() && items.isPresent();
    }

    /// Nothing if it is not there or is altered, be it by making it larger than any can be: then only its own digest is known.
    private Optional<byte[]> read(Id release, String path, Sha256 digest) {
        try (InputStream in = vault.open(Publisher.tag(release, path))) {
            return Optional.of(in.readNBytes(LARGEST_TAG))
                    .filter(it -> Sha256.of(it).equals(digest));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
