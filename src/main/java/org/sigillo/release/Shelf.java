package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Published.Proven;
import org.sigillo.vault.Vault;

/// What the public may have: packages whose last proofs are in place.
@ApplicationScoped
public class Shelf {
    private final Ledger ledger;
    private final Vault vault;
    private final ReleaseRows rows;

    Shelf(Ledger ledger, Vault vault, ReleaseRows rows) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
    }

    /// A published release.
    ///
    /// @param released RFC 3339
    /// @param index of `release.released` in the ledger that released it: this one, or one that was
    ///     closed before it
    public record Published(
            Manifest manifest, String released, long index, Sha256 genesis, String origin) {}

    /// A file of the bag.
    ///
    /// @param path in the bag
    public record BagFile(String path, String address, long size) {}

    /// The newest first.
    @Transactional
    public List<Published> all() {
        return rows.shown().stream()
                .map(release -> published(Id.parse(release)))
                .sorted(
                        Comparator.comparing(Published::released)
                                .thenComparingLong(Published::index)
                                .reversed())
                .toList();
    }

    @Transactional
    public Optional<Published> find(Id release) {
        return rows.reached(release.hex(), StepRow.SHOWN)
                ? Optional.of(published(release))
                : Optional.empty();
    }

    /// Every file of a published bag, in order.
    public List<BagFile> files(Published published) {
        Id release = published.manifest().release();
        List<BagFile> files = new ArrayList<>();
        try {
            String prefix = "packages/" + release + "/tags";
            for (String address : vault.list(prefix)) {
                files.add(file(address.substring(prefix.length() + 1), address));
            }
            int number = 0;
            for (Manifest.Item item : published.manifest().items()) {
                number++;
                files.add(file(ReleasePackage.path(number, item), Publisher.item(release, number)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(Comparator.comparing(BagFile::path));
        return files;
    }

    public InputStream open(BagFile file) throws IOException {
        return vault.open(file.address());
    }

    /// Writes the whole bag as a tar, the same byte for byte each time.
    public void writeTar(Published published, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (BagFile file : files(published)) {
            TarArchiveEntry entry =
                    new TarArchiveEntry(published.manifest().release() + "/" + file.path());
            entry.setSize(file.size());
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            try (InputStream in = open(file)) {
                in.transferTo(tar);
            }
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private BagFile file(String path, String address) throws IOException {
        OptionalLong size = vault.size(address);
        return new BagFile(path, address, size.orElseThrow());
    }

    private Published published(Id release) {
        Proven released = ledger.proven("release.released/" + release + "/1").orElseThrow();
        try (InputStream in = vault.open(Publisher.tag(release, "manifest.json"))) {
            Manifest manifest = Manifest.parse(in.readAllBytes());
            Entry.Event event = Entry.parse(released.entry()).event();
            if (!(event.fact() instanceof ReleaseEvent.Released fact)
                    || !fact.manifest().equals(manifest.digest())) {
                throw new BrokenEvidenceException(
                        "manifest.json of release " + release,
                        "the manifest that was released",
                        manifest.digest().hex());
            }
            return new Published(
                    manifest,
                    event.at(),
                    released.index(),
                    released.in().hash(),
                    released.in().opened().origin());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
