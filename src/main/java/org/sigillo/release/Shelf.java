package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jboss.logging.Logger;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
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
    private static final Logger LOG = Logger.getLogger(Shelf.class);

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

    /// The newest first; without one whose manifest the vault has lost or altered.
    @Transactional
    public List<Published> all() {
        return rows.shown().stream()
                .flatMap(release -> intact(Id.parse(release)).stream())
                .sorted(
                        Comparator.comparing(Published::released)
                                .thenComparingLong(Published::index)
                                .reversed())
                .toList();
    }

    private Optional<Published> intact(Id release) {
        try {
            return published(release);
        } catch (Refusal damaged) {
            return Optional.empty();
        }
    }

    /// One release, if the public may have it.
    ///
    /// @throws Refusal if the vault has lost or altered its manifest
    @Transactional
    public Optional<Published> find(Id release) {
        return rows.reached(release.hex(), StepRow.SHOWN) ? published(release) : Optional.empty();
    }

    /// A file of a published bag by its path there.
    public Optional<BagFile> file(Published published, String path) throws IOException {
        Id release = published.manifest().release();
        int number = 0;
        for (Manifest.Item item : published.manifest().items()) {
            number++;
            if (ReleasePackage.path(number, item).equals(path)) {
                return Optional.of(file(path, Publisher.item(release, number)));
            }
        }
        String address = Publisher.tag(release, path);
        return vault.list("packages/" + release + "/tags").contains(address)
                ? Optional.of(file(path, address))
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

    public InputStream open(BagFile file, long offset, long length) throws IOException {
        return vault.open(file.address(), offset, length);
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
            try (InputStream in = vault.open(file.address())) {
                in.transferTo(tar);
            }
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    private BagFile file(String path, String address) throws IOException {
        long size = vault.size(address).orElseThrow(() -> damaged(address));
        return new BagFile(path, address, size);
    }

    /// What is wrong in the vault is for the operator to mend: it closes nothing else.
    private static Refusal damaged(String address) {
        LOG.errorf("the vault has not what was released at %s", address);
        return new Refusal(
                Refusal.Kind.CLOSED,
                "damaged",
                "This is not as it was released, and is not shown. Come back later; whoever kept a copy"
                        + " can still verify it.");
    }

    /// Nothing if the ledger knows of no such release, whatever the rows say.
    private Optional<Published> published(Id release) {
        return ledger.proven("release.released/" + release + "/1")
                .map(released -> published(release, released));
    }

    private Published published(Id release, Proven released) {
        String address = Publisher.tag(release, "manifest.json");
        Entry.Event event = Entry.parse(released.entry()).event();
        try (InputStream in = vault.open(address)) {
            Manifest manifest = Manifest.parse(in.readAllBytes());
            if (!(event.fact() instanceof ReleaseEvent.Released fact)
                    || !fact.manifest().equals(manifest.digest())) {
                throw damaged(address);
            }
            return new Published(
                    manifest,
                    event.at(),
                    released.index(),
                    released.in().hash(),
                    released.in().opened().origin());
        } catch (NoSuchFileException | MalformedException e) {
            throw damaged(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
