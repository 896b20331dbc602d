package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.ContentReader;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.sealing.SealedContent;
import org.sigillo.vault.Vault;

/// Opens a proposal with its reading key, in memory, one buffer at a time, and compares every byte of
/// it with what was proposed.
@ApplicationScoped
class Opening {
    private static final int LARGEST_MANIFEST = 4 << 20;

    private final Vault vault;

    Opening(Vault vault) {
        this.vault = vault;
    }

    /// Where the plaintext of an item goes.
    @FunctionalInterface
    interface Items {
        /// Makes room for an item.
        ///
        /// @param number from 1
        Sink open(int number, Manifest.Item item) throws IOException;
    }

    /// Takes one item; nothing of it may be seen before it is whole.
    interface Sink {
        void write(byte[] bytes, int offset, int length) throws IOException;

        void whole() throws IOException;

        void abort() throws IOException;
    }

    /// Looks at every byte and keeps none.
    static final Items CHECKING =
            (number, item) ->
                    new Sink() {
                        @Override
                        public void write(byte[] bytes, int offset, int length) {}

                        @Override
                        public void whole() {}

                        @Override
                        public void abort() {}
                    };

    static String address(Id release, int number) {
        return "proposals/" + release + "/" + number;
    }

    /// Opens the manifest and then each item to its end.
    ///
    /// @param segments digests of the stored segments, already compared with the proposal's root
    /// @throws Refusal if anything is not what the manifest says
    Manifest open(
            Id release,
            ReleaseEvent.Proposed proposed,
            List<Sha256> segments,
            HybridIdentity key,
            Items items)
            throws IOException {
        try {
            Manifest manifest = manifest(release, proposed, segments, key);
            int first = 1;
            int number = 0;
            for (Manifest.Item item : manifest.items()) {
                item(release, segments, first, key, item, items.open(++number, item));
                first += SealedContent.segments(item.size());
            }
            return manifest;
        } catch (SealBrokenException e) {
            throw differs("A sealed segment does not open as it was proposed.");
        } catch (NoSuchFileException e) {
            throw differs("A sealed segment is missing from the store.");
        }
    }

    private Manifest manifest(
            Id release, ReleaseEvent.Proposed proposed, List<Sha256> segments, HybridIdentity key)
            throws IOException {
        byte[] sealed;
        try (InputStream in = segment(release, 0, segments)) {
            sealed = in.readNBytes(LARGEST_MANIFEST);
        }
        byte[] padded = Age.open(sealed, key);
        int length = padded.length;
        while (length > 0 && padded[length - 1] == 0) {
            length--;
        }
        byte[] bytes = Arrays.copyOf(padded, length);
        if (!Sha256.of(bytes).equals(proposed.manifest())
                || padded.length != SealedContent.segmentLength(length, 0)) {
            throw differs("The sealed manifest is not the one that was proposed.");
        }
        Manifest manifest;
        try {
            manifest = Manifest.parse(bytes);
        } catch (MalformedException e) {
            throw differs("The manifest cannot be published: " + e.getMessage() + ".");
        }
        long expected = 1;
        for (Manifest.Item item : manifest.items()) {
            expected += SealedContent.segments(item.size());
        }
        if (!manifest.release().equals(release)
                || manifest.items().size() != proposed.items()
                || expected != segments.size()) {
            throw differs("The manifest is of another proposal.");
        }
        return manifest;
    }

    private void item(
            Id release,
            List<Sha256> segments,
            int first,
            HybridIdentity key,
            Manifest.Item item,
            Sink sink)
            throws IOException {
        boolean whole = false;
        try (ContentReader content =
                new ContentReader(
                        key,
                        item.size(),
                        number -> segment(release, first + number, segments),
                        Optional.of(item.sha256()))) {
            byte[] buffer = new byte[64 * 1024];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                sink.write(buffer, 0, read);
            }
            Arrays.fill(buffer, (byte) 0);
            sink.whole();
            whole = true;
        } finally {
            if (!whole) {
                sink.abort();
            }
        }
    }

    /// A stored segment; closing it compares its digest.
    private InputStream segment(Id release, int number, List<Sha256> segments) throws IOException {
        Digesting sealed = new Digesting(vault.open(address(release, number)));
        return new FilterInputStream(sealed) {
            @Override
            public void close() throws IOException {
                try (sealed) {
                    sealed.transferTo(OutputStream.nullOutputStream());
                    if (!sealed.digest().equals(segments.get(number))) {
                        throw differs("Segment " + number + " is not the one that was proposed.");
                    }
                }
            }
        };
    }

    private static Refusal differs(String sentence) {
        return Guards.conflict(
                "bytes-differ", sentence + " Nothing is published. Propose the release again.");
    }
}
