package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

/// Every proof that holds, changed in one place, holds no longer.
class ProofDamageTest {
    /// All small ones, and those around a power of two and a tile's width.
    private static final List<Integer> SIZES =
            IntStream.concat(
                            IntStream.rangeClosed(1, 34),
                            IntStream.of(63, 64, 65, 127, 128, 129, 255, 256, 257, 260))
                    .boxed()
                    .toList();

    private static final ReferenceTree TREE = ReferenceTree.ofSize(260);

    private final Random random = new Random(7);
    private long tried;

    @Test
    void of_an_inclusion_proof() {
        for (int size : SIZES) {
            Sha256 root = TREE.root(0, size);
            for (int index = 0; index < size; index += step(size, index)) {
                Sha256 leaf = MerkleHash.leaf(TREE.entries().get(index));
                List<Sha256> proof = Proofs.inclusion(index, size, TREE.reader());
                Inclusion good = new Inclusion(leaf, index, size, proof, root);
                good.check();
                damage(proof, it -> new Inclusion(leaf, good.index(), good.size(), it, root));
                for (int other = 0; other < size; other++) {
                    if (other != index) {
                        refused(new Inclusion(leaf, other, size, proof, root));
                    }
                }
                for (long other : new long[] {-1, size, size + 1L, Long.MAX_VALUE}) {
                    refused(new Inclusion(leaf, other, size, proof, root));
                }
                for (long other : new long[] {2L * size, size / 2, 0, -size, Long.MAX_VALUE}) {
                    refused(new Inclusion(leaf, index, other, proof, root));
                }
                refused(new Inclusion(flipped(leaf), index, size, proof, root));
                refused(new Inclusion(leaf, index, size, proof, flipped(root)));
                if (size > 1) {
                    refused(new Inclusion(root, index, size, proof, root));
                    refused(new Inclusion(leaf, index, size, proof, TREE.root(0, size - 1)));
                }
            }
        }
        assertThat(tried).isGreaterThan(50_000);
    }

    @Test
    void of_a_consistency_proof() {
        for (int size : SIZES) {
            Sha256 root = TREE.root(0, size);
            for (int first = 1; first < size; first += step(size, first)) {
                Sha256 before = TREE.root(0, first);
                List<Sha256> proof = Proofs.consistency(first, size, TREE.reader());
                Consistency good = new Consistency(first, before, size, root, proof);
                good.check();
                damage(proof, it -> new Consistency(good.first(), before, good.size(), root, it));
                for (long other : new long[] {first - 1, first + 1, first ^ 2, 0, size, -first}) {
                    refused(new Consistency(other, before, size, root, proof));
                }
                for (long other : new long[] {2L * size, size / 2, first, 0, -size}) {
                    refused(new Consistency(first, before, other, root, proof));
                }
                refused(new Consistency(first, flipped(before), size, root, proof));
                refused(new Consistency(first, before, size, flipped(root), proof));
                refused(new Consistency(first, root, size, before, proof));
                refused(new Consistency(first, before, size, before, proof));
                refused(new Consistency(first, root, size, root, proof));
            }
            refused(new Consistency(size, root, size, root, List.of(root)));
            refused(new Consistency(size, flipped(root), size, root, List.of()));
        }
        assertThat(tried).isGreaterThan(20_000);
    }

    @Test
    void of_proofs_in_large_trees() {
        long seed = new Random().nextLong();
        System.out.println("ProofDamageTest: seed " + seed);
        random.setSeed(seed);
        LargeTree tree = LargeTree.grow();
        for (int i = 0; i < 100; i++) {
            int size = 2 + random.nextInt(LargeTree.MOST - 1);
            int index = random.nextInt(size);
            int first = 1 + random.nextInt(size - 1);
            Sha256 root = tree.root(0, size);
            assertThat(Proofs.root(size, tree.reader())).isEqualTo(root);
            List<Sha256> path = Proofs.inclusion(index, size, tree.reader());
            assertThat(path).as("leaf %d of %d", index, size).isEqualTo(tree.path(index, 0, size));
            Sha256 leaf = tree.root(index, index + 1);
            new Inclusion(leaf, index, size, path, root).check();
            damage(path, it -> new Inclusion(leaf, index, size, it, root));
            List<Sha256> growth = Proofs.consistency(first, size, tree.reader());
            assertThat(growth)
                    .as("from %d to %d", first, size)
                    .isEqualTo(tree.subproof(first, 0, size, true));
            Sha256 before = tree.root(0, first);
            new Consistency(first, before, size, root, growth).check();
            damage(growth, it -> new Consistency(first, before, size, root, it));
        }
    }

    /// Every one of a small tree's; of a larger one's each eleventh and the last.
    private static int step(int size, int from) {
        return size < 66 || from >= size - 2 ? 1 : Math.min(11, size - 1 - from);
    }

    private interface Claim {
        void check();
    }

    private record Inclusion(Sha256 leaf, long index, long size, List<Sha256> proof, Sha256 root)
            implements Claim {
        @Override
        public void check() {
            ProofCheck.inclusion(leaf, index, size, proof, root);
        }
    }

    private record Consistency(
            long first, Sha256 before, long size, Sha256 root, List<Sha256> proof)
            implements Claim {
        @Override
        public void check() {
            ProofCheck.consistency(first, before, size, root, proof);
        }
    }

    private interface Claimed {
        Claim with(List<Sha256> proof);
    }

    /// Changes, drops, repeats, moves and adds hashes.
    private void damage(List<Sha256> proof, Claimed claimed) {
        Consumer<Consumer<List<Sha256>>> change =
                how -> {
                    List<Sha256> damaged = new ArrayList<>(proof);
                    how.accept(damaged);
                    refused(claimed.with(damaged));
                };
        for (int i = 0; i < proof.size(); i++) {
            int at = i;
            change.accept(it -> it.set(at, flipped(it.get(at))));
            change.accept(it -> it.remove(at));
            change.accept(it -> it.add(at, it.get(at)));
            if (i > 0) {
                change.accept(it -> Collections.swap(it, at - 1, at));
            }
        }
        change.accept(it -> it.addFirst(MerkleHash.empty()));
        change.accept(it -> it.addLast(MerkleHash.empty()));
        change.accept(it -> it.addLast(Sha256.ZERO));
        if (proof.size() > 1) {
            change.accept(Collections::reverse);
            change.accept(List::clear);
        }
    }

    /// One bit of it, another one each time.
    private Sha256 flipped(Sha256 hash) {
        byte[] bytes = hash.bytes();
        int bit = random.nextInt(8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        return Sha256.copyOf(bytes);
    }

    private void refused(Claim claim) {
        tried++;
        try {
            claim.check();
        } catch (ProofException e) {
            return;
        }
        throw new AssertionError("holds, though it was changed: " + claim);
    }
}
