package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;

/// Fast paths against the RFC's own definition, for every pair of small sizes.
class ProofsTest {
    private static final int MOST = 260;
    private static final ReferenceTree TREE = ReferenceTree.ofSize(MOST);

    @Test
    void every_root_equals_the_reference() {
        CompactRange range = CompactRange.empty();
        for (int size = 0; size <= MOST; size++) {
            assertThat(range.root()).isEqualTo(TREE.root(0, size));
            assertThat(Proofs.root(size, TREE.reader())).isEqualTo(TREE.root(0, size));
            assertThat(CompactRange.of(size, range.peaks()).root()).isEqualTo(range.root());
            if (size < MOST) {
                range.append(MerkleHash.leaf(TREE.entries().get(size)));
            }
        }
    }

    @Test
    void every_inclusion_proof_equals_the_reference_and_holds() {
        for (int size = 1; size <= MOST; size++) {
            for (int index = 0; index < size; index++) {
                List<Sha256> proof = Proofs.inclusion(index, size, TREE.reader());
                assertThat(proof).isEqualTo(TREE.path(index, 0, size));
                ProofCheck.inclusion(
                        MerkleHash.leaf(TREE.entries().get(index)),
                        index,
                        size,
                        proof,
                        TREE.root(0, size));
            }
        }
    }

    @Test
    void every_consistency_proof_equals_the_reference_and_holds() {
        for (int size = 1; size <= MOST; size++) {
            for (int first = 1; first <= size; first++) {
                List<Sha256> proof = Proofs.consistency(first, size, TREE.reader());
                assertThat(proof).isEqualTo(TREE.subproof(first, 0, size, true));
                ProofCheck.consistency(first, TREE.root(0, first), size, TREE.root(0, size), proof);
            }
        }
    }

    @Test
    void roots_agreed_with_other_implementations() {
        String[] expected = {
            "1", "if9iql/LmN7OnpoR6VNr+xJsxqKUY1F168hRyghCNxI=",
            "255", "RZ053lXuAKuoo+R43+CvMsFbYaBPAnPXZzqphun2yoY=",
            "256", "Y4DLw5qGEubx50oEV0dT/zZ1+RW2jj87Vw73TgYAvgo=",
            "257", "VTB2h2laGojv+rO/UJfGQ17Mze6cgCrARu6sJQCnuy8=",
            "65536", "bgoYYTgfxOA1j95xB3n47fl1QWwAno7kc8f7jificnI=",
            "65537", "tyW0w3H80BP6c2tfmbvsgkWizpALjl3wM8jkAYPCf3I=",
            "70000", "XyEKrzr9GKN4M3tklaDy/I594rotIrqf6NYKZhPWEZ4=",
        };
        CompactRange range = CompactRange.empty();
        int next = 0;
        for (int i = 0; i < 70_000; i++) {
            range.append(MerkleHash.leaf(("entry " + i + " " + "x".repeat(i % 97)).getBytes()));
            if (range.size() == Long.parseLong(expected[next])) {
                assertThat(Base64.of(range.root().bytes())).isEqualTo(expected[next + 1]);
                next += 2;
            }
        }
        assertThat(next).isEqualTo(expected.length);
    }
}
