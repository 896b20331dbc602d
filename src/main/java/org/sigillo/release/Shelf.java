package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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

    /// A part of a larger file is given without reading all of it anew, for so long.
    private static final long LARGE = 64L * 1024 * 1024;

    private static final Duration COMPARED = Duration.ofMinutes(1);

    private final Ledger ledger;
    private final Vault vault;
    private final ReleaseRows rows;
    private final PublishedFiles held;
    private final InstantSource clock;

    /// When large files were found to be as they were released, by their addresses.
    private final Map<String, Instant> compared = new ConcurrentHashMap<>();

    Shelf(Ledger ledger, Vault vault, ReleaseRows rows, PublishedFiles held, InstantSource clock) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
        this.held = held;
        this.clock = clock;
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
    /// @param digest as it was released
    public record BagFile(String path, String address, long size, Sha256 digest) {}

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
        int number = 0;
        for (Manifest.Item item : published.manifest().items()) {
            number++;
            if (ReleasePackage.path(number, item).equals(path)) {
                return Optional.of(item(published, number, item));
            }
        }
        return tags(published, path::equals).stream().findFirst();
    }

    /// Every file of a published bag, in order.
    private List<BagFile> files(Published published) {
        try {
            List<BagFile> files = tags(published, _ -> true);
            int number = 0;
            for (Manifest.Item item : published.manifest().items()) {
                files.add(item(published, ++number, item));
            }
            files.sort(Comparator.comparing(BagFile::path));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BagFile item(Published published, int number, Manifest.Item item) throws IOException {
        return file(
                ReleasePackage.path(number, item),
                Publisher.item(published.manifest().release(), number),
                item.sha256());
    }

    /// Whatever else somebody has put beside them is none of the bag's.
    ///
    /// @param wanted by its path in the bag
    private List<BagFile> tags(Published published, Predicate<String> wanted) throws IOException {
        Id release = published.manifest().release();
        SortedMap<String, Sha256> known = held.files(release);
        List<BagFile> tags = new ArrayList<>();
        String prefix = "packages/" + release + "/tags";
        for (String address : vault.list(prefix)) {
            Sha256 digest = known.get(address);
            String path = address.substring(prefix.length() + 1);
            if (digest != null && wanted.test(path)) {
                tags.add(file(path, address, digest));
            }
        }
        return tags;
    }

    /// Part of a file, or all of it, once the whole was found to be as it was released.
    ///
    /// @throws Refusal if the vault has altered or lost it
    public InputStream open(BagFile file, long offset, long length) throws IOException {
        boolean part = file.size() > LARGE && length < file.size();
        Instant last = compared.getOrDefault(file.address(), Instant.EPOCH);
        if (!part || last.plus(COMPARED).isBefore(clock.instant())) {
            compare(file);
        }
        return vault.open(file.address(), offset, length);
    }

    private void compare(BagFile file) throws IOException {
        try (InputStream in = vault.open(file.address())) {
            Sha256 found = Sha256.ofRest(in);
            if (!file.digest().equals(found)) {
                throw damaged(file.address());
            }
        } catch (NoSuchFileException e) {
            throw damaged(file.address());
        }
        if (file.size() > LARGE) {
            compared.put(file.address(), clock.instant());
        }
    }

    /// A tar of the whole bag, the same byte for byte each time.
    @FunctionalInterface
    public interface Bag {
        void write(OutputStream out) throws IOException;
    }

    /// The whole bag, once each file was found to be as it was released.
    ///
    /// @throws Refusal if the vault has altered or lost one
    public Bag bag(Published published) throws IOException {
        List<BagFile> files = files(published);
        for (BagFile file : files) {
            compare(file);
        }
        return out -> write(published, files, out);
    }

    private void write(Published published, List<BagFile> files, OutputStream out)
            throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (BagFile file : files) {
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

    private BagFile file(String path, String address, Sha256 digest) throws IOException {
        long size = vault.size(address).orElseThrow(() -> damaged(address));
        return new BagFile(path, address, size, digest);
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
        String address = Publisher.tag(release, ReleasePackage.MANIFEST);
        Entry.Event event = Entry.parse(released.entry()).event();
        try {
            Manifest manifest = Manifest.parse(vault.read(address, PublishedFiles.LARGEST_TAG));
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
