package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;

/// Fast paths against the RFC's own definition, for every pair of small sizes.
class ProofsTest {
    private static final int MOST = 80;
    private static final ReferenceTree TREE = ReferenceTree.ofSize(MOST);

    @Test
    void every_root_equals_the_reference() {
        CompactRange range = CompactRange.empty();
        for (int size = 0; size < MOST; size++) {
            assertThat(range.root()).isEqualTo(TREE.root(0, size));
            assertThat(Proofs.root(size, TREE.reader())).isEqualTo(TREE.root(0, size));
            assertThat(CompactRange.of(size, range.peaks()).root()).isEqualTo(range.root());
            range.append(MerkleHash.leaf(TREE.entries().get(size)));
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
    void a_changed_dropped_or_added_hash_fails_every_proof() {
        for (int size = 2; size <= 40; size++) {
            for (int index = 0; index < size; index++) {
                List<Sha256> proof = Proofs.inclusion(index, size, TREE.reader());
                Sha256 leaf = MerkleHash.leaf(TREE.entries().get(index));
                Sha256 root = TREE.root(0, size);
                long at = index;
                long of = size;
                for (List<Sha256> damaged : damage(proof)) {
                    assertThatThrownBy(() -> ProofCheck.inclusion(leaf, at, of, damaged, root))
                            .isInstanceOf(ProofException.class);
                }
                assertThatThrownBy(() -> ProofCheck.inclusion(leaf, (at + 1) % of, of, proof, root))
                        .isInstanceOf(ProofException.class);
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

    private static List<List<Sha256>> damage(List<Sha256> proof) {
        List<List<Sha256>> all = new ArrayList<>();
        for (int i = 0; i < proof.size(); i++) {
            List<Sha256> changed = new ArrayList<>(proof);
            changed.set(i, Sha256.of(proof.get(i).bytes()));
            all.add(changed);
            List<Sha256> dropped = new ArrayList<>(proof);
            dropped.remove(i);
            all.add(dropped);
        }
        List<Sha256> added = new ArrayList<>(proof);
        added.add(MerkleHash.empty());
        all.add(added);
        return all;
    }
}
