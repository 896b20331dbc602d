package org.sigillo.custody;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// The package that a release publishes: a BagIt bag (RFC 8493), the same byte for byte whenever it
/// is built from the same ledger (`docs/spec/release.md` §1). The items themselves are only named
/// here: they may be of any size.
public final class ReleasePackage {
    private static final String HEX = "[0-9a-f]{64}";

    /// Its digest is the package digest.
    public static final String TAG_MANIFEST = "tagmanifest-sha256.txt";

    /// What is released; its digest is in the ledger, too.
    public static final String MANIFEST = "manifest.json";

    /// One of the last proofs: that the ledger released it.
    public static final String RELEASED_PROOF = "ledger/released.tlog-proof";

    /// The other one: that the ledger sealed the package.
    public static final String SEALED_PROOF = "ledger/package-sealed.tlog-proof";

    static final String PAYLOAD_MANIFEST = "manifest-sha256.txt";
    static final String PROOF = "release.json";
    static final String CONSISTENCY = "ledger/consistency";

    /// The files that are added after the tag manifest.
    static final Set<String> LAST = Set.of(SEALED_PROOF, RELEASED_PROOF, CONSISTENCY);

    private static final String VERIFY =
            """
            # How to check this release

            This folder is a BagIt bag (RFC 8493). `manifest-sha256.txt` has the SHA-256 of every
            released file:

                sha256sum -c manifest-sha256.txt

            (BagIt writes `%` of a name as `%25`: for such a file compare the digest by hand, or use the
            program below.) That shows that the copy is whole. Who decided to publish it, and that it stands in the
            newsroom's ledger, is shown by

                java -jar sigillo-cli.jar verify --release . --genesis HASH

            with the genesis hash that the newsroom publishes. Take it from a place that you trust:
            not from this folder. Nothing is asked over the network.
            """;

    private final SortedMap<String, byte[]> tags;

    private ReleasePackage(SortedMap<String, byte[]> tags) {
        this.tags = tags;
    }

    /// The path of the item of this number, counted from 1.
    public static String path(int number, Manifest.Item item) {
        return "data/items/%04d/%s".formatted(number, item.name());
    }

    public static ReleasePackage of(Manifest manifest, ReleaseProof proof) {
        SortedMap<String, byte[]> tags = new TreeMap<>();
        tags.put("bagit.txt", text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
        tags.put("bag-info.txt", text(info(manifest, proof)));
        tags.put(PAYLOAD_MANIFEST, text(payload(manifest)));
        tags.put(MANIFEST, manifest.bytes());
        tags.put(PROOF, proof.bytes());
        tags.put("VERIFY.md", text(VERIFY));
        StringBuilder lines = new StringBuilder();
        tags.forEach((path, bytes) -> lines.append(line(Sha256.of(bytes), path)));
        tags.put(TAG_MANIFEST, text(lines.toString()));
        return new ReleasePackage(tags);
    }

    /// Every file of the bag but the items and the last proofs, by path.
    public SortedMap<String, byte[]> tags() {
        return new TreeMap<>(tags);
    }

    /// The package digest, which the ledger seals.
    public Sha256 digest() {
        return Sha256.of(tags.getOrDefault(TAG_MANIFEST, new byte[0]));
    }

    /// The files that a manifest of the bag names, and their digests (RFC 8493 §2.1.3).
    ///
    /// @param path of the manifest
    /// @throws BrokenEvidenceException for a line that is none, or a file that is named twice
    public static Map<String, Sha256> listed(String path, byte[] manifest) {
        Map<String, Sha256> files = new TreeMap<>();
        for (String line : SignedText.utf8(manifest).lines().toList()) {
            String[] parts = line.split(" {2}", 2);
            if (parts.length != 2 || !parts[0].matches(HEX)) {
                throw new BrokenEvidenceException(path, "digest and path", "another line");
            }
            String name = parts[1].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
            if (files.put(name, Sha256.parse(parts[0])) != null) {
                throw new BrokenEvidenceException(path, "each path once", name + " twice");
            }
        }
        return files;
    }

    /// The last proofs: the entries that sealed and released this package, in a later checkpoint.
    ///
    /// @param consistency from the size of the proof's checkpoint, `old`, to that of `note`
    public static SortedMap<String, byte[]> lastProofs(
            ProvenEntry sealed,
            ProvenEntry released,
            String note,
            long old,
            List<Sha256> consistency) {
        SortedMap<String, byte[]> proofs = new TreeMap<>();
        proofs.put(SEALED_PROOF, text(sealed.tlogProof(note)));
        proofs.put(RELEASED_PROOF, text(released.tlogProof(note)));
        proofs.put(CONSISTENCY, text(Consistency.text(old, consistency, note)));
        return proofs;
    }

    static String line(Sha256 digest, String path) {
        return digest.hex()
                + "  "
                + path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                + "\n";
    }

    static String payload(Manifest manifest) {
        StringBuilder lines = new StringBuilder();
        int number = 0;
        for (Manifest.Item item : manifest.items()) {
            lines.append(line(item.sha256(), path(++number, item)));
        }
        return lines.toString();
    }

    private static String info(Manifest manifest, ReleaseProof proof) {
        long octets = manifest.items().stream().mapToLong(Manifest.Item::size).sum();
        Genesis genesis = proof.genesis();
        return "External-Identifier: %s\nBagging-Date: %s\nPayload-Oxum: %d.%d\nSigillo-Origin: %s\nSigillo-Genesis: %s\n"
                .formatted(
                        proof.release(),
                        proof.day(),
                        octets,
                        manifest.items().size(),
                        genesis.opened().origin(),
                        genesis.hash());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
