package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;

/// The published example receipts, structure and trees. Their signatures cannot be checked: the keys were
/// not published with them.
class CoseVectorsTest {
    private static final Path ROOT = Path.of("src/test/resources/vectors/cose-receipts");

    private final CoseReceipt inclusion = read("inclusion");
    private final CoseReceipt consistency = read("consistency");

    @Test
    void the_examples_are_read_as_their_diagnostic_notation_says() {
        for (CoseReceipt receipt : List.of(inclusion, consistency)) {
            assertThat(receipt.alg()).isEqualTo(-7);
            assertThat(receipt.issuer())
                    .isEqualTo(Optional.of("https://transparency-service.example.com"));
            assertThat(receipt.size()).isEmpty();
            assertThat(receipt.signature()).hasSize(64);
        }
        assertThat(inclusion.proof())
                .isInstanceOfSatisfying(
                        CoseReceipt.Inclusion.class,
                        proof -> {
                            assertThat(proof.size()).isEqualTo(5);
                            assertThat(proof.index()).isEqualTo(3);
                            assertThat(proof.path()).hasSize(3);
                        });
        assertThat(consistency.proof())
                .isInstanceOfSatisfying(
                        CoseReceipt.Consistency.class,
                        proof -> {
                            assertThat(proof.earlier()).isEqualTo(3);
                            assertThat(proof.size()).isEqualTo(5);
                            assertThat(proof.path()).hasSize(4);
                        });
    }

    @Test
    void both_examples_prove_the_same_tree() {
        assertThat(rootByInclusion()).isEqualTo(rootByConsistency());
    }

    /// The consistency proof from size 3 holds the leaf that the inclusion proof is about.
    private Sha256 rootByInclusion() {
        return ProofCheck.rootByInclusion(
                consistency.proof().path().get(1), 3, 5, inclusion.proof().path());
    }

    private Sha256 rootByConsistency() {
        List<Sha256> path = consistency.proof().path();
        Sha256 root3 = MerkleHash.node(path.get(2), path.get(0));
        return ProofCheck.rootByConsistency(3, root3, 5, path);
    }

    private static CoseReceipt read(String name) {
        try {
            return CoseReceipt.parse(Files.readAllBytes(ROOT.resolve(name + "-receipt.cbor")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
