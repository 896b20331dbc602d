package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

/// The daily round, over a vault in a folder and a register in memory.
class SettlingTest {
    private static final LocalDate FIRST = LocalDate.parse("2026-03-01");

    @TempDir java.nio.file.Path folder;
    private LocalDate today = FIRST;
    private final InstantSource clock = () -> Instant.parse(today + "T11:22:33Z");
    private final Register register = new Register();
    private FolderVault vault;
    private boolean goOn = true;

    @BeforeEach
    void open() throws IOException {
        vault = new FolderVault(folder, 0, clock);
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
    }

    @Test
    void moves_what_is_held_the_day_after_and_leaves_what_is_new() throws IOException {
        holds("segments/a/0", Optional.of(Retention.governance(FIRST.plusDays(30))));
        assertThat(round().settled()).isZero();
        today = FIRST.plusDays(1);
        holds("segments/b/0", Optional.empty());
        assertThat(round()).isEqualTo(new Settling.Round(1, 0, 0, List.of()));
        assertThat(vault.stat("segments/a/0").orElseThrow())
                .isEqualTo(
                        new Vault.Held(
                                1, true, Optional.of(Retention.governance(FIRST.plusDays(30)))));
        assertThat(vault.stat("segments/b/0").orElseThrow().settled()).isFalse();
        assertThat(round()).as("again").isEqualTo(new Settling.Round(0, 0, 0, List.of()));
    }

    @Test
    void goes_in_another_order_than_things_came() throws IOException {
        List<String> came = new ArrayList<>();
        for (int i = 100; i < 150; i++) {
            came.add("segments/" + i + "/0");
            holds(came.getLast(), Optional.empty());
        }
        List<String> moved = new ArrayList<>();
        Vault watched =
                new ForwardingVault(vault) {
                    @Override
                    public void settle(String address, Sha256 digest, Optional<Retention> retention)
                            throws IOException {
                        moved.add(address);
                        super.settle(address, digest, retention);
                    }
                };
        today = FIRST.plusDays(1);
        new Settling(watched, List.of(register), new Random(4), () -> true, (_, _) -> {})
                .run(today, today.minusDays(2));
        assertThat(moved).containsExactlyInAnyOrderElementsOf(came).isNotEqualTo(came);
    }

    @Test
    void removes_what_nobody_holds_after_the_days_of_grace_and_never_before() throws IOException {
        put("segments/left/0");
        today = FIRST.plusDays(2);
        assertThat(round().removed()).isZero();
        today = FIRST.plusDays(3);
        assertThat(round().removed()).isEqualTo(1);
        assertThat(vault.stat("segments/left/0")).isEmpty();
    }

    @Test
    void does_not_remove_what_is_committed_while_it_runs() throws IOException {
        put("segments/late/0");
        today = FIRST.plusDays(3);
        register.committed.add("segments/late/0");
        assertThat(round().removed()).isZero();
        assertThat(vault.stat("segments/late/0")).isPresent();
    }

    @Test
    void leaves_what_is_still_worked_on_and_what_is_no_registers() throws IOException {
        holds("segments/work/0", Optional.empty());
        register.unfinished.add("segments/work/0");
        put("checkpoints/7");
        today = FIRST.plusDays(9);
        assertThat(round()).isEqualTo(new Settling.Round(0, 0, 0, List.of()));
        assertThat(vault.stat("segments/work/0").orElseThrow().settled()).isFalse();
        assertThat(vault.stat("checkpoints/7")).isPresent();
    }

    @Test
    void touches_nothing_while_the_evidence_is_in_doubt() throws IOException {
        holds("segments/a/0", Optional.empty());
        put("segments/left/0");
        today = FIRST.plusDays(9);
        goOn = false;
        assertThat(round()).isEqualTo(new Settling.Round(0, 0, 2, List.of()));
        goOn = true;
        assertThat(round()).isEqualTo(new Settling.Round(1, 1, 0, List.of()));
    }

    @Test
    void moves_the_others_where_one_is_altered_or_the_store_fails() throws IOException {
        holds("segments/a/0", Optional.empty());
        holds("segments/bad/0", Optional.empty());
        holds("segments/c/0", Optional.empty());
        register.held.put(
                "segments/bad/0",
                new Holdings.Held("segments/bad/0", Sha256.ZERO, true, Optional.empty()));
        Vault failing =
                new ForwardingVault(vault) {
                    @Override
                    public void settle(String address, Sha256 digest, Optional<Retention> retention)
                            throws IOException {
                        if (address.contains("/c/")) {
                            throw new IOException("away");
                        }
                        super.settle(address, digest, retention);
                    }
                };
        today = FIRST.plusDays(1);
        List<String> undone = new ArrayList<>();
        Settling.Round round =
                new Settling(
                                failing,
                                List.of(register),
                                new Random(1),
                                () -> true,
                                (what, why) -> undone.add(what + ": " + why.getMessage()))
                        .run(today, today.minusDays(2));
        assertThat(undone).hasSize(1).allMatch(it -> it.matches("segments/c/\\d+: away"));
        assertThat(round.settled()).isEqualTo(1);
        assertThat(round.waiting()).isEqualTo(1);
        assertThat(round.broken())
                .extracting(Holdings.Held::address)
                .containsExactly("segments/bad/0");
        assertThat(vault.stat("segments/bad/0")).as("kept for whoever looks").isPresent();
    }

    @Test
    void gives_a_settled_object_the_retention_that_its_register_asks_for_later()
            throws IOException {
        holds("segments/a/0", Optional.empty());
        today = FIRST.plusDays(1);
        round();
        Retention year = Retention.governance(FIRST.plusDays(365));
        register.hold("segments/a/0", Optional.of(year));
        Settling settling =
                new Settling(vault, List.of(register), new Random(1), () -> true, (_, _) -> {});
        assertThat(settling.keep()).isEqualTo(new Settling.Kept(0, List.of()));
        assertThat(vault.stat("segments/a/0").orElseThrow().kept()).hasValue(year);
    }

    @Test
    void gives_no_retention_to_what_lies_at_an_address_instead_and_goes_on() throws IOException {
        for (String one : List.of("a", "b", "gone")) {
            holds("segments/" + one + "/0", Optional.empty());
        }
        today = FIRST.plusDays(1);
        round();
        Retention year = Retention.governance(FIRST.plusDays(365));
        for (String one : List.of("b", "gone")) {
            register.hold("segments/" + one + "/0", Optional.of(year));
        }
        // Somebody has put other bytes there.
        Holdings.Held other =
                new Holdings.Held("segments/a/0", Sha256.ZERO, true, Optional.of(year));
        register.held.put("segments/a/0", other);
        vault.remove("segments/gone/0");
        Settling settling =
                new Settling(vault, List.of(register), new Random(1), () -> true, (_, _) -> {});
        assertThat(settling.keep()).isEqualTo(new Settling.Kept(1, List.of(other)));
        assertThat(vault.stat("segments/a/0").orElseThrow().kept()).isEmpty();
        assertThat(vault.stat("segments/b/0").orElseThrow().kept()).hasValue(year);
    }

    @Test
    void leaves_alone_what_is_no_address_and_what_a_register_cannot_tell() throws IOException {
        holds("segments/a/0", Optional.empty());
        Path odd = folder.resolve(".staging/segments/a/x~ y");
        Files.write(odd, new byte[1]);
        Files.setLastModifiedTime(odd, FileTime.fromMillis(0));
        Holdings failing =
                new Holdings() {
                    @Override
                    public String prefix() {
                        return "packages";
                    }

                    @Override
                    public void forEach(Consumer<Held> visitor) {
                        throw new UncheckedIOException(new IOException("cannot be read"));
                    }
                };
        vault.put("packages/p/0", new byte[1]);
        today = FIRST.plusDays(30);
        Settling settling =
                new Settling(
                        vault, List.of(failing, register), new Random(1), () -> true, (_, _) -> {});
        assertThat(settling.run(today, today.minusDays(2)))
                .isEqualTo(new Settling.Round(1, 0, 1, List.of()));
        assertThat(settling.keep()).isEqualTo(new Settling.Kept(1, List.of()));
        assertThat(vault.stat("packages/p/0")).isPresent();
        assertThat(odd).exists();
    }

    @Test
    void settles_and_keeps_what_a_register_can_tell_also_where_it_cannot_tell_all()
            throws IOException {
        Retention year = Retention.governance(FIRST.plusDays(365));
        for (String one : List.of("a", "b", "c")) {
            holds("segments/" + one + "/0", Optional.of(year));
        }
        put("segments/nobodys/0");
        Holdings partly =
                new Holdings() {
                    @Override
                    public String prefix() {
                        return "segments";
                    }

                    @Override
                    public void forEach(Consumer<Held> visitor) {
                        Holdings.visit(
                                register.held.values(),
                                it -> {
                                    if (it.address().equals("segments/a/0")) {
                                        throw new UncheckedIOException(new IOException("away"));
                                    }
                                    visitor.accept(it);
                                });
                    }
                };
        today = FIRST.plusDays(30);
        Settling settling =
                new Settling(vault, List.of(partly), new Random(1), () -> true, (_, _) -> {});
        assertThat(settling.run(today, today.minusDays(2)))
                .as("of two nothing is known")
                .isEqualTo(new Settling.Round(2, 0, 2, List.of()));
        assertThat(vault.stat("segments/b/0").orElseThrow().settled()).isTrue();
        assertThat(vault.stat("segments/a/0").orElseThrow().settled()).isFalse();
        assertThat(vault.stat("segments/nobodys/0")).as("may be held").isPresent();
        assertThat(settling.keep()).isEqualTo(new Settling.Kept(1, List.of()));
        assertThat(vault.stat("segments/c/0").orElseThrow().kept()).hasValue(year);
    }

    @Test
    void removes_nothing_that_only_the_whole_register_knows() throws IOException {
        holds("segments/a/0", Optional.empty());
        put("segments/nobodys/0");
        Holdings renamed =
                new Holdings() {
                    @Override
                    public String prefix() {
                        return "segments";
                    }

                    @Override
                    public void heldOf(List<String> addresses, Consumer<Held> visitor) {
                        // By a row that is not where it was.
                    }

                    @Override
                    public Set<String> heldInAll(List<String> addresses) {
                        return Set.of("segments/a/0");
                    }

                    @Override
                    public void forEach(Consumer<Held> visitor) {}
                };
        today = FIRST.plusDays(30);
        assertThat(
                        new Settling(
                                        vault,
                                        List.of(renamed),
                                        new Random(1),
                                        () -> true,
                                        (_, _) -> {})
                                .run(today, today.minusDays(2)))
                .isEqualTo(new Settling.Round(0, 1, 1, List.of()));
        assertThat(vault.stat("segments/a/0")).isPresent();
        assertThat(vault.stat("segments/nobodys/0")).isEmpty();
    }

    private Settling.Round round() throws IOException {
        return new Settling(vault, List.of(register), new Random(1), () -> goOn, (_, _) -> {})
                .run(today, today.minusDays(2));
    }

    private void holds(String address, Optional<Retention> kept) throws IOException {
        put(address);
        register.hold(address, kept);
    }

    private void put(String address) throws IOException {
        vault.put(address, new byte[1]);
    }

    private static final class Register implements Holdings {
        private final Map<String, Held> held = new TreeMap<>();
        private final Set<String> unfinished = new java.util.HashSet<>();

        /// Held from the second time on that it is asked for.
        private final Set<String> committed = new java.util.HashSet<>();

        void hold(String address, Optional<Retention> kept) {
            held.put(address, new Held(address, Sha256.of(new byte[1]), true, kept));
        }

        @Override
        public String prefix() {
            return "segments";
        }

        @Override
        public void heldOf(List<String> addresses, Consumer<Held> visitor) {
            for (String address : addresses) {
                Held one = held.get(address);
                if (one != null) {
                    visitor.accept(
                            new Held(
                                    address,
                                    one.digest(),
                                    !unfinished.contains(address),
                                    one.kept()));
                }
                if (committed.contains(address)) {
                    hold(address, Optional.empty());
                }
            }
        }

        @Override
        public void forEach(Consumer<Held> visitor) {
            List.copyOf(held.values()).forEach(visitor);
        }
    }
}
