package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.TestKeys;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;
import org.sigillo.testimony.StampClient;
import org.sigillo.vault.FolderVault;

/// What lies beside the log's own rows and is changed there: tiles, bundles and checkpoints in the vault,
/// lines of witnesses, answers of time stamp authorities.
class TamperedWitnessingTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private static HttpWitness witness;
    private static TestAuthority stamping;
    private static StampServer stamps;

    @TempDir Path folder;
    private Ledger ledger;
    private long size;

    @BeforeAll
    static void a_witness_and_an_authority() throws IOException {
        witness = new HttpWitness(scene.newsroom);
        stamping = TestAuthority.of(scene.now::get, scene.random);
        stamps = StampServer.start(stamping, 0);
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        stamps.close();
    }

    @BeforeEach
    void a_ledger_that_all_have_seen() throws Exception {
        scene.clear();
        witness.forget();
        ledger = scene.open(around(witness.policyText(), "one"));
        for (int i = 0; i < 290; i++) {
            scene.staff(ledger, "event " + i);
        }
        scene.source(ledger, Id.random(scene.random));
        ledger.turn(false);
        ledger.publish();
        ledger.turn(true);
        ledger.publish();
        scene.staff(ledger, "late");
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.check()).isEmpty();
        size = ledger.checkpoint().orElseThrow().checkpoint().size();
    }

    private Ledger.Surroundings around(String policy, String authority) throws IOException {
        return around(policy, authority, stamping);
    }

    private Ledger.Surroundings around(String policy, String authority, TestAuthority root)
            throws IOException {
        return new Ledger.Surroundings(
                Optional.of(new FolderVault(folder, 0, InstantSource.system())),
                Optional.of(WitnessPolicy.parse(policy)),
                List.of(
                        new StampClient.Authority(
                                authority,
                                stamps.address(),
                                TimeStamp.Anchors.parse(root.anchorPem()))),
                true,
                Runnable::run);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] other = bytes.clone();
        other[at] ^= 1;
        return other;
    }

    @Nested
    class In_the_vault {
        @Test
        void a_tile_or_bundle_that_was_changed_is_found_by_the_check_and_by_whoever_reads_it()
                throws Exception {
            Map<String, UnaryOperator<byte[]>> changes = new LinkedHashMap<>();
            changes.put("a byte", it -> flipped(it, it.length / 2));
            changes.put("the first byte", it -> flipped(it, 0));
            changes.put("the last byte", it -> flipped(it, it.length - 1));
            changes.put("a byte more", it -> Arrays.copyOf(it, it.length + 1));
            changes.put("a byte less", it -> Arrays.copyOf(it, it.length - 1));
            changes.put("nothing left", _ -> new byte[0]);
            TileCoordinate tile = new TileCoordinate(0, 0, 256);
            TileCoordinate bundle = new TileCoordinate(TileCoordinate.ENTRIES, 0, 256);
            for (TileCoordinate which : List.of(tile, bundle)) {
                for (Map.Entry<String, UnaryOperator<byte[]>> change : changes.entrySet()) {
                    isFound(which, change.getKey(), change.getValue());
                }
            }
        }

        @Test
        void a_tile_of_the_two_hashes_below_its_root_is_none() throws Exception {
            isFound(
                    new TileCoordinate(0, 0, 256),
                    "two hashes",
                    whole -> {
                        byte[] two = new byte[2 * Sha256.LENGTH];
                        for (int half = 0; half < 2; half++) {
                            CompactRange range = CompactRange.empty();
                            for (int i = half * 128; i < half * 128 + 128; i++) {
                                range.append(
                                        Sha256.copyOf(
                                                Arrays.copyOfRange(whole, i * 32, i * 32 + 32)));
                            }
                            System.arraycopy(range.root().bytes(), 0, two, half * 32, 32);
                        }
                        return two;
                    });
        }

        private void isFound(TileCoordinate which, String change, UnaryOperator<byte[]> changed)
                throws Exception {
            Path file = folder.resolve(".staging").resolve(which.path());
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, changed.apply(whole));
            Ledger reading = scene.open(around(witness.policyText(), "one"));
            assertThat(reading.broken()).as(change).isPresent();
            assertThat(reading.broken().orElseThrow())
                    .as(change)
                    .hasMessageContaining("the vault's " + which.path());
            Ledger serving = scene.closed(scene.app, around(witness.policyText(), "one"));
            assertThatThrownBy(() -> serving.published().tile(which))
                    .as(change)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(which.path());
            scene.isFound(serving, which.path());
            Files.write(file, whole);
        }

        @Test
        void a_checkpoint_that_was_changed_is_found_at_the_next_start() throws Exception {
            String address = "checkpoints/%020d".formatted(size);
            Path file = folder.resolve(".staging").resolve(address);
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += 211) {
                Files.write(file, flipped(whole, at));
                Ledger next = scene.open(around(witness.policyText(), "one"));
                assertThat(next.broken()).as("byte " + at).isPresent();
                assertThat(next.broken().orElseThrow())
                        .hasMessageContaining("the vault's " + address);
            }
            Files.write(file, new byte[0]);
            scene.isFound(
                    scene.open(around(witness.policyText(), "one")), "the vault's " + address);
        }
    }

    @Nested
    class A_witness_line {
        @Test
        void that_was_changed_is_found_and_named() throws Exception {
            String line = "substring(line FROM '^[^ ]+ [^ ]+ ')";
            String[] changes = {
                // A signature's byte, the time, the name, something else altogether.
                "overlay(line placing (CASE substr(line, 60, 1) WHEN 'A' THEN 'B' ELSE 'A' END)"
                        + " from 60)",
                "overlay(line placing (CASE substr(line, 30, 1) WHEN 'A' THEN 'B' ELSE 'A' END)"
                        + " from 30)",
                "replace(line, 'witness.example', 'witless.example')",
                "'nothing like a line'",
                "line || E'\\n' || line",
                line + " || 'AAAA'"
            };
            for (String change : changes) {
                scene.tamper(
                        "CREATE TABLE lines_before AS TABLE ledger_cosignature",
                        "UPDATE ledger_cosignature SET line = "
                                + change
                                + " WHERE ctid = (SELECT min(ctid) FROM ledger_cosignature)");
                assertThat(ledger.check()).as(change).isPresent();
                scene.isFound(ledger, "checkpoint ", ", cosignature ");
                scene.tamper(
                        "TRUNCATE ledger_cosignature",
                        "INSERT INTO ledger_cosignature TABLE lines_before",
                        "DROP TABLE lines_before");
                ledger = scene.open(around(witness.policyText(), "one"));
                assertThat(ledger.broken()).isEmpty();
            }
        }

        @Test
        void that_was_moved_to_another_checkpoint_is_found() throws Exception {
            scene.tamper(
                    "DELETE FROM ledger_cosignature WHERE size < " + size,
                    "UPDATE ledger_cosignature SET size = (SELECT min(size) FROM ledger_checkpoint)"
                            + " WHERE size = "
                            + size);
            assertThat(ledger.check()).isPresent();
            scene.isFound(ledger, ", cosignature ");
        }

        @Test
        void by_nobody_whom_the_policy_names_is_found_unless_we_stored_it_by_another_policy()
                throws Exception {
            String text = ledger.checkpoint().orElseThrow().checkpoint().text();
            String strange =
                    TestKeys.witness("strange.example", 60).getFirst().cosign(text, 77).line();
            Sha256 seal =
                    RowSeal.of(scene.newsroom.logKeys.getFirst())
                            .of(new NoteRows.Line(size, strange));
            String insert = "INSERT INTO ledger_cosignature VALUES (%d, '%s', '\\x%s')";
            scene.tamper(insert.formatted(size, strange, seal.hex()));
            // As a replica does it that knows a new witness already, or an old one still.
            assertThat(ledger.check()).isEmpty();
            scene.tamper(
                    "DELETE FROM ledger_cosignature WHERE line LIKE '%strange.example%'",
                    insert.formatted(size, strange, Sha256.ZERO.hex()));
            assertThat(ledger.check()).isPresent();
            scene.isFound(ledger, "checkpoint " + size, "strange.example");
        }

        @Test
        void of_one_who_is_not_asked_any_more_still_holds() throws Exception {
            String retired =
                    witness.policyText()
                            .replace(" " + witness.address(), "")
                            .replace("quorum both", "quorum none");
            Ledger later = scene.open(around(retired, "one"));
            assertThat(later.check()).isEmpty();
            scene.staff(later, "later");
            later.turn(true);
            later.publish();
            assertThat(later.check()).isEmpty();
        }
    }

    @Nested
    class A_time_stamp {
        @Test
        void that_was_changed_is_found_and_named() throws Exception {
            int length = (int) scene.number("SELECT min(octet_length(reply)) FROM ledger_stamp");
            for (int at : new int[] {0, 12, length / 4, length / 2, length - 1}) {
                String flip =
                        "UPDATE ledger_stamp SET reply = set_byte(reply, %d, get_byte(reply, %d) # 1)"
                                        .formatted(at, at)
                                + " WHERE size = "
                                + size;
                scene.tamper(flip);
                assertThat(ledger.check()).as("byte " + at).isPresent();
                scene.isFound(ledger, "checkpoint " + size + ", time stamp by one");
                scene.tamper(flip);
                ledger = scene.open(around(witness.policyText(), "one"));
                assertThat(ledger.broken()).isEmpty();
            }
        }

        @Test
        void of_another_checkpoint_is_found() throws Exception {
            scene.tamper(
                    "UPDATE ledger_stamp SET reply = (SELECT reply FROM ledger_stamp ORDER BY size"
                            + " LIMIT 1) WHERE size = "
                            + size);
            assertThat(ledger.check()).isPresent();
            scene.isFound(ledger, "checkpoint " + size + ", time stamp by one");
        }

        @Test
        void by_one_that_this_replica_does_not_know_stops_nothing() throws Exception {
            ledger = scene.open(around(witness.policyText(), "two"));
            assertThat(ledger.check()).isEmpty();
        }

        @Test
        void by_a_root_that_this_replica_was_not_given_as_yet_stops_nothing() throws Exception {
            TestAuthority later = TestAuthority.of(scene.now::get, scene.random);
            ledger = scene.open(around(witness.policyText(), "one", later));
            assertThat(ledger.check()).isEmpty();
        }

        @Test
        void under_another_name_is_found() throws Exception {
            scene.tamper("UPDATE ledger_stamp SET authority = 'two' WHERE size = " + size);
            assertThat(ledger.check()).isPresent();
            scene.isFound(ledger, "time stamp by two, seal");
        }
    }

    /// Rows are chosen by their checkpoint's or beat's place among all: 1 is the first.
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ledger_checkpoint  | 1 | size of the checkpoint before
                    ledger_checkpoint  | 2 | size of the checkpoint before
                    ledger_checkpoint  | 3 | compared with the vault's checkpoints/
                    ledger_cosignature | 1 | , cosignatures: expected at least
                    ledger_cosignature | 2 | , cosignatures: expected at least
                    ledger_stamp       | 1 | , time stamps: expected at least
                    ledger_stamp       | 2 | , time stamps: expected at least
                    ledger_beat        | 1 | beats since the one before
                    ledger_beat        | 2 | beats since the one before
                    ledger_beat        | 3 | beats since the one before
                    """)
    void a_row_that_was_deleted_is_missed(String table, int place, String where) throws Exception {
        scene.staff(ledger, "later still");
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.check()).isEmpty();
        assertThat(scene.number("SELECT count(DISTINCT size) FROM " + table)).isEqualTo(3);
        scene.tamper(
                "DELETE FROM %1$s WHERE ctid = (SELECT ctid FROM %1$s WHERE size = (SELECT DISTINCT size FROM %1$s ORDER BY size LIMIT 1 OFFSET %2$d) LIMIT 1)"
                        .formatted(table, place - 1));
        assertThat(ledger.check()).isPresent();
        scene.isFound(ledger, where);
        scene.isFound(scene.open(around(witness.policyText(), "one")), where);
    }

    @Test
    void a_check_that_has_time_rests_after_each_signature_that_it_verifies() throws Exception {
        List<Integer> rests = new ArrayList<>();
        FullCheck.Intact found = ledger.checked(rests::add);
        long signatures =
                scene.newsroom.logKeys.size()
                                * scene.number("SELECT count(*) FROM ledger_checkpoint")
                        + scene.number("SELECT count(*) FROM ledger_cosignature")
                        + scene.number("SELECT count(*) FROM ledger_stamp");
        assertThat(signatures).isGreaterThan(8);
        assertThat(rests.stream().mapToLong(it -> it).sum())
                .isEqualTo(found.read())
                .isEqualTo(found.size() + signatures * FullCheck.SIGNATURE);
        int most = scene.newsroom.logKeys.size() * FullCheck.SIGNATURE;
        assertThat(rests.stream().filter(it -> it % FullCheck.SIGNATURE == 0 && it > 0))
                .allMatch(it -> it <= most)
                .hasSizeGreaterThan(6);
    }

    @Test
    void an_epoch_that_was_deleted_is_missed() throws Exception {
        Ledger second = scene.open(around(witness.policyText(), "one"));
        second.turn(false);
        second.publish();
        scene.staff(second, "by the second");
        second.turn(true);
        second.publish();
        assertThat(scene.number("SELECT count(*) FROM ledger_epoch")).isEqualTo(2);
        for (int epoch : new int[] {1, 2}) {
            scene.tamper(
                    "CREATE TABLE epochs_before AS TABLE ledger_epoch",
                    "DELETE FROM ledger_epoch WHERE epoch = " + epoch);
            Ledger next = scene.open(around(witness.policyText(), "one"));
            scene.isFound(next, "epoch");
            scene.tamper(
                    "TRUNCATE ledger_epoch",
                    "INSERT INTO ledger_epoch TABLE epochs_before",
                    "DROP TABLE epochs_before");
        }
    }
}
