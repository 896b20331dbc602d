package org.sigillo.note;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.Proofs;

/// Keys from small numbers, and a log whose entries are its numbers.
public final class TestKeys {
    public static final String ORIGIN = "log.example/custody";

    private TestKeys() {}

    public static SecretBytes seed(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return SecretBytes.takeOwnership(seed);
    }

    /// Both of a log's keys.
    public static List<NoteSigner> log() {
        return List.of(NoteSigner.ed25519(ORIGIN, seed(1)), NoteSigner.mlDsa44(ORIGIN, seed(2)));
    }

    /// Both of a witness's keys.
    public static List<NoteSigner> witness(String name, int number) {
        return List.of(
                NoteSigner.cosigner(name, seed(100 + number)),
                NoteSigner.mlDsa44(name, seed(101 + number)));
    }

    public static List<NoteVerifier> verifiers(List<NoteSigner> signers) {
        return signers.stream().map(NoteSigner::verifier).toList();
    }

    /// The log's tree at a size; another salt is another history.
    public static Checkpoint checkpoint(int size, String salt) {
        CompactRange range = CompactRange.empty();
        leaves(size, salt).forEach(range::append);
        return new Checkpoint(ORIGIN, size, range.root());
    }

    public static String signed(int size, String salt) {
        return SignedNote.sign(checkpoint(size, salt).text(), log());
    }

    public static List<Sha256> consistency(long from, long to, String salt) {
        List<Sha256> leaves = leaves(Math.toIntExact(to), salt);
        return Proofs.consistency(
                from,
                to,
                (level, index) -> {
                    CompactRange range = CompactRange.empty();
                    int width = 1 << (8 * level);
                    leaves.subList(
                                    Math.toIntExact(index) * width,
                                    (Math.toIntExact(index) + 1) * width)
                            .forEach(range::append);
                    return range.root();
                });
    }

    private static List<Sha256> leaves(int size, String salt) {
        List<Sha256> leaves = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            leaves.add(
                    MerkleHash.leaf((salt + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        return leaves;
    }
}
