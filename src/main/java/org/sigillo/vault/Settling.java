package org.sigillo.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;

/// The daily round through staging: what a register holds settles, in a shuffled order, so that the
/// store's own times no longer tell when it came; what none holds is removed once nobody can be about to
/// commit it. A round that ends anywhere is begun again by the next one.
public final class Settling {
    private final Vault vault;
    private final List<? extends Holdings> registers;
    private final RandomGenerator random;
    private final BooleanSupplier goOn;
    private final BiConsumer<String, Exception> undone;

    /// @param goOn asked before each object: whether the evidence is known to be whole, and nobody has
    ///     stopped the round
    /// @param undone hears of each object that could not be moved, removed or kept, and why; of a register, by its prefix
    public Settling(
            Vault vault,
            List<? extends Holdings> registers,
            RandomGenerator random,
            BooleanSupplier goOn,
            BiConsumer<String, Exception> undone) {
        this.vault = vault;
        this.registers = List.copyOf(registers);
        this.random = random;
        this.goOn = goOn;
        this.undone = undone;
    }

    /// What a round did.
    ///
    /// @param waiting objects that could not be moved or removed, and will be tried again
    /// @param broken objects that are not what their register says
    public record Round(long settled, long removed, long waiting, List<Holdings.Held> broken) {
        public Round {
            broken = List.copyOf(broken);
        }
    }

    /// One round.
    ///
    /// @param before only what came before this day settles
    /// @param abandoned what came before this day and is held by nobody is removed
    /// @throws IOException if the vault cannot be listed
    public Round run(LocalDate before, LocalDate abandoned) throws IOException {
        List<Step> steps = new ArrayList<>();
        long unknown = 0;
        for (Holdings register : registers) {
            List<Vault.Staged> staged =
                    vault.staged(register.prefix()).stream()
                            .filter(it -> it.day().isBefore(before))
                            .toList();
            unknown += steps(register, staged, abandoned, steps);
        }
        Collections.shuffle(steps, java.util.Random.from(random));
        return run(steps, unknown);
    }

    /// Where what a register holds cannot be told in full, what is told settles, and nothing is anybody's rubbish.
    ///
    /// @return objects of which nothing is known now
    private long steps(
            Holdings register, List<Vault.Staged> staged, LocalDate abandoned, List<Step> steps) {
        if (staged.isEmpty()) {
            return 0;
        }
        Map<String, Holdings.Held> held = new HashMap<>();
        boolean told = true;
        try {
            register.heldOf(
                    staged.stream().map(Vault.Staged::address).toList(),
                    it -> held.put(it.address(), it));
        } catch (UncheckedIOException | MalformedException e) {
            undone.accept(register.prefix(), e);
            told = false;
        }
        long unknown = 0;
        List<String> nobodys = new ArrayList<>();
        for (Vault.Staged it : staged) {
            Holdings.Held one = held.get(it.address());
            if (one != null && one.settles()) {
                steps.add(new Settle(one));
            } else if (!told) {
                unknown++;
            } else if (one == null && it.day().isBefore(abandoned)) {
                nobodys.add(it.address());
            }
        }
        return unknown + removals(register, nobodys, steps);
    }

    private long removals(Holdings register, List<String> nobodys, List<Step> steps) {
        if (nobodys.isEmpty()) {
            return 0;
        }
        try {
            Set<String> held = register.heldInAll(nobodys);
            nobodys.stream()
                    .filter(it -> !held.contains(it))
                    .forEach(it -> steps.add(new Remove(register, it)));
            return held.size();
        } catch (UncheckedIOException | MalformedException e) {
            undone.accept(register.prefix(), e);
            return nobodys.size();
        }
    }

    private Round run(List<Step> steps, long unknown) {
        long settled = 0;
        long removed = 0;
        long waiting = unknown;
        List<Holdings.Held> broken = new ArrayList<>();
        for (Step step : steps) {
            if (!goOn.getAsBoolean()) {
                waiting++;
                continue;
            }
            try {
                switch (step) {
                    case Settle(Holdings.Held it) -> {
                        if (settled(it)) {
                            settled++;
                        } else {
                            broken.add(it);
                        }
                    }
                    case Remove remove -> removed += removed(remove) ? 1 : 0;
                }
            } catch (IOException | UncheckedIOException | MalformedException e) {
                undone.accept(step.address(), e);
                waiting++;
            }
        }
        return new Round(settled, removed, waiting, broken);
    }

    private boolean settled(Holdings.Held it) throws IOException {
        try {
            vault.settle(it.address(), it.digest(), it.kept());
            return true;
        } catch (BrokenEvidenceException e) {
            // Of this object alone: the others are moved all the same.
            return false;
        }
    }

    /// Asked once more: it may have been committed since the round began. What has settled stays: an older database that
    /// was put back does not make it rubbish.
    private boolean removed(Remove remove) throws IOException {
        if (!remove.register().heldOf(List.of(remove.address())).isEmpty()) {
            return false;
        }
        vault.removeStaged(remove.address());
        return true;
    }

    /// What came of looking at every retention.
    ///
    /// @param failed objects that could not be asked, or are not there
    /// @param broken objects that are not what their register says: the retention is not given to whatever lies there
    public record Kept(long failed, List<Holdings.Held> broken) {
        public Kept {
            broken = List.copyOf(broken);
        }
    }

    /// Makes sure that everything that has settled is kept as its register says now.
    public Kept keep() {
        long[] failed = {0};
        List<Holdings.Held> broken = new ArrayList<>();
        for (Holdings register : registers) {
            try {
                register.forEach(it -> {
                    if (it.settles() && it.kept().isPresent() && goOn.getAsBoolean()) {
                        try {
                            failed[0] += kept(it) ? 0 : 1;
                        } catch (BrokenEvidenceException e) {
                            // Of this object alone, as when it settles.
                            broken.add(it);
                        }
                    }
                });
            } catch (UncheckedIOException | MalformedException e) {
                undone.accept(register.prefix(), e);
                failed[0]++;
            }
        }
        return new Kept(failed[0], broken);
    }

    private boolean kept(Holdings.Held it) {
        try {
            Optional<Vault.Held> there = vault.stat(it.address());
            if (there.isEmpty()) {
                vault.keepOlder(it.address(), it.digest(), it.kept());
            }
            // One question to the store for each that has all it should have.
            if (there.filter(Vault.Held::settled).isPresent()
                    && Retention.missing(there.get().kept(), it.kept()).isPresent()) {
                vault.settle(it.address(), it.digest(), it.kept());
            }
            if (there.isEmpty()) {
                undone.accept(it.address(), new NoSuchFileException(it.address()));
            }
            return there.isPresent();
        } catch (IOException e) {
            undone.accept(it.address(), e);
            return false;
        }
    }

    private sealed interface Step {
        String address();
    }

    private record Settle(Holdings.Held held) implements Step {
        @Override
        public String address() {
            return held.address();
        }
    }

    private record Remove(Holdings register, String address) implements Step {}
}
