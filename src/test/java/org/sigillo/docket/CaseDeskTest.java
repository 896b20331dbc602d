package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;

/// What a reviewer sends about a case never breaks the ledger: it is entered or refused with a
/// sentence.
class CaseDeskTest extends OfACase {
    @Nested
    class A_case {
        private final Id begun = Id.random(random);

        @Test
        void that_begins_is_granted_to_nobody_who_has_become_an_administrator_meanwhile() {
            administrator(newsroom.remy);
            open(newsroom.remy, newsroom.rosa);
            assertThat(rows.grants(begun.hex()))
                    .extracting(it -> it.person)
                    .containsExactly(newsroom.rosa.id.hex());
            assertThat(desk.grantedTo(newsroom.remy.id)).isEmpty();
        }

        @Test
        void that_nobody_who_counts_could_open_does_not_begin() {
            administrator(newsroom.remy);
            assertThatThrownBy(() -> open(newsroom.remy)).isInstanceOf(Refusal.class);
            assertThat(rows.byLocator(Sha256.of(begun.bytes()).hex())).isEmpty();
            assertThat(ledger.ofCase(begun)).isEmpty();
        }

        /// The source's grants were sealed a moment before.
        private void open(Actor... to) {
            cases.open(
                    new Cases.Beginning(
                            Sha256.of(begun.bytes()),
                            begun,
                            recipient(),
                            source,
                            Optional.empty(),
                            Stream.of(to)
                                    .map(it -> new Cases.Grant(it.id, new byte[] {1}))
                                    .toList()),
                    () -> trust(ledger.ofTypes(Trust.EVENTS.toArray(String[]::new))));
        }

        private void administrator(Actor person) {
            for (Actor by : List.of(newsroom.elena, newsroom.emile)) {
                enter(by, "person.confirmed/" + person.id, newsroom.confirm(by, person));
                enter(
                        by,
                        "person.role-given/" + person.id + "/administrator",
                        newsroom.give(by, person, Role.ADMINISTRATOR));
            }
        }

        private void enter(Actor by, String about, Entry.Event event) {
            String key = about + "/" + by.id;
            ledger.append(
                    Draft.signed(
                            key, by.id, Optional.empty(), Nonce.copyOf(nonce()), event.fact()));
            assertThat(ledger.awaitIndex(key, Duration.ofSeconds(10))).isPresent();
        }
    }

    @Nested
    class A_grant {
        @Test
        void is_entered_once() {
            grant(given(newsroom.remy, 0, nonce()));
            assertThat(rows.grants(caseId.hex())).hasSize(2);
            refused("first-wins", () -> grant(given(newsroom.remy, 0, nonce())));
        }

        @Test
        void twice_in_one_request_is_refused() {
            refused(
                    "first-wins",
                    () ->
                            grant(
                                    given(newsroom.remy, 0, nonce()),
                                    given(newsroom.remy, 0, nonce())));
        }

        @Test
        void under_a_nonce_that_its_signer_used_in_this_case_is_refused() {
            byte[] nonce = nonce();
            generation(nonce());
            grant(given(newsroom.remy, 0, nonce));
            refused("statement", () -> grant(given(newsroom.remy, 1, nonce)));
        }

        @Test
        void under_the_nonce_of_another_in_the_same_request_is_refused() {
            byte[] nonce = nonce();
            generation(nonce());
            refused(
                    "statement",
                    () -> grant(given(newsroom.remy, 0, nonce), given(newsroom.remy, 1, nonce)));
        }
    }

    @Nested
    class A_generation {
        @Test
        void under_a_nonce_that_its_signer_used_for_one_before_is_refused() {
            byte[] nonce = nonce();
            generation(nonce);
            refused("statement", () -> generation(nonce));
        }

        @Test
        void gives_each_holder_a_grant_under_a_nonce_of_its_own() {
            grant(given(newsroom.remy, 0, nonce()));
            byte[] nonce = nonce();
            refused(
                    "statement",
                    () ->
                            generation(
                                    nonce(),
                                    given(newsroom.rosa, 1, nonce),
                                    given(newsroom.remy, 1, nonce)));
        }
    }

    @Nested
    class A_row {
        @BeforeEach
        void of_three_exhibits() throws IOException {
            for (int i = 0; i < 3; i++) {
                Id exhibit = Id.random(random);
                vault.put(SealedSegments.address(exhibit, 0), new byte[0]);
                cases.seal(
                        new Cases.Arrival(
                                caseId,
                                exhibit,
                                0,
                                Sha256.of(new byte[] {(byte) i}),
                                65536,
                                List.of(new Cases.Segment(70_000, Sha256.of())),
                                new byte[] {(byte) i},
                                new byte[] {1}));
            }
            assertThat(desk.view(newsroom.rosa.id, caseId).exhibits()).hasSize(3);
        }

        @Test
        void of_an_exhibit_whose_segments_were_removed_meanwhile_is_not_made() {
            assertThatThrownBy(() ->
                            cases.seal(
                                    new Cases.Arrival(
                                            caseId,
                                            Id.random(random),
                                            0,
                                            Sha256.of(),
                                            65536,
                                            List.of(new Cases.Segment(70_000, Sha256.of())),
                                            new byte[1],
                                            new byte[] {1})))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("not in the vault");
            assertThat(desk.view(newsroom.rosa.id, caseId).exhibits()).hasSize(3);
        }

        @Test
        void of_a_grant_that_somebody_planted_is_found_whoever_asks() {
            rows.add(new GrantRow(caseId.hex(), 0, newsroom.remy.id.hex(), new byte[] {0}));
            String where = "generation 0 to " + newsroom.remy.id;
            found(where, () -> desk.view(newsroom.rosa.id, caseId));
            found(where, () -> desk.view(newsroom.remy.id, caseId));
            found(where, () -> desk.grantedTo(newsroom.remy.id));
            Id exhibit = Id.parse(rows.exhibits(caseId.hex()).getFirst().id);
            found(where, () -> desk.segment(newsroom.remy.id, exhibit, 0));
            found(where, () -> generation(nonce()));
        }

        @Test
        void of_a_grant_that_was_taken_away_is_found() {
            grant(given(newsroom.remy, 0, nonce()));
            rows.remove(rows.grants(caseId.hex()).getLast());
            found("generation 0 to", () -> desk.view(newsroom.rosa.id, caseId));
        }

        @Test
        void of_an_exhibit_that_was_taken_away_is_found_by_reviewer_and_source() {
            rows.remove(rows.exhibits(caseId.hex()).get(1));
            found("exhibits of case", () -> desk.view(newsroom.rosa.id, caseId));
            found("exhibits of case", () -> cases.toSource(caseId, 1, 100).exhibits());
        }

        @Test
        void of_an_exhibit_that_was_changed_is_found() {
            ExhibitRow row = rows.exhibits(caseId.hex()).get(1);
            String id = row.id;
            row.id = Id.random(random).hex();
            found("exhibit " + row.id, () -> cases.toSource(caseId, 1, 100).exhibits());
            row.id = id;
            row.size++;
            found("exhibit " + id + ", size", () -> cases.toSource(caseId, 1, 100).exhibits());
            row.size--;
            row.generation++;
            found(
                    "exhibit " + id + ", generation",
                    () -> cases.toSource(caseId, 1, 100).exhibits());
            row.generation--;
            row.label = new byte[] {9};
            found("label of exhibit " + id, () -> cases.toSource(caseId, 1, 100).exhibits());
            row.label = new byte[] {1};
            row.segments = "70000:" + Sha256.of(new byte[] {1});
            found("segments of exhibit " + id, () -> cases.toSource(caseId, 1, 100).exhibits());
            row.segments = "70000";
            found("segments of exhibit " + id, () -> cases.toSource(caseId, 1, 100).exhibits());
            row.segments = "70000:" + Sha256.of();
            rows.exhibits(caseId.hex()).get(2).number = 2;
            row.number = 3;
            // Whoever reads all of them finds it.
            found("id", () -> desk.view(newsroom.rosa.id, caseId));
        }

        @Test
        void of_the_source_that_was_changed_is_found() {
            rows.findByIdOptional(caseId.hex()).orElseThrow().source = recipient();
            found("source of case", () -> cases.byLocator(Sha256.of(), source));
        }

        @Test
        void that_leads_a_source_to_the_case_of_another_is_found() {
            CaseRow row = rows.findByIdOptional(caseId.hex()).orElseThrow();
            String own = row.source;
            row.source = recipient();
            found("source of case", () -> cases.byLocator(Sha256.of(), row.source));
            row.source = own;
            assertThat(cases.byLocator(Sha256.of(), own)).isPresent();
        }

        /// A program says itself what its locator is, and may say what a page's codename will lead to.
        @Test
        void is_not_what_a_locator_is_that_somebody_else_has_claimed() {
            assertThat(cases.byLocator(Sha256.of(), recipient())).isEmpty();
            assertThat(cases.ofSource(Sha256.of(), Sha256.of(new byte[1]))).isEmpty();
        }

        private static void found(
                String where, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
            assertThatThrownBy(call)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(where);
        }
    }

    @Nested
    class A_segment {
        private static final byte[] BYTES = {1, 2, 3};
        private Id exhibit;

        @BeforeEach
        void that_was_sealed() throws IOException {
            exhibit = Id.random(random);
            put();
            cases.seal(
                    new Cases.Arrival(
                            caseId,
                            exhibit,
                            0,
                            Sha256.of(),
                            65536,
                            List.of(new Cases.Segment(3, Sha256.of(BYTES))),
                            new byte[1],
                            new byte[1]));
        }

        @Test
        void is_handed_out_as_it_was_sealed() throws IOException {
            assertThat(desk.segment(newsroom.rosa.id, exhibit, 0).bytes().readAllBytes())
                    .isEqualTo(BYTES);
            assertThat(damaged()).isEmpty();
        }

        @Test
        void that_is_missing_is_said_to_be_and_entered_once() throws IOException {
            vault.remove(SealedSegments.address(exhibit, 0));
            for (int i = 0; i < 2; i++) {
                refused("damaged", () -> desk.segment(newsroom.rosa.id, exhibit, 0));
            }
            assertThat(damaged()).containsExactly(0);
            assertThat(damage.count()).isEqualTo(1);
            assertThat(events(CaseEvent.ExhibitDamaged.class))
                    .singleElement()
                    .satisfies(it -> assertThat(it.found()).isEmpty());
            assertThat(ledger.broken()).as("others go on").isEmpty();
        }

        @Test
        void with_other_bytes_breaks_off_before_its_end_is_believed() throws IOException {
            vault.remove(SealedSegments.address(exhibit, 0));
            put((byte) 9);
            InputStream in = desk.segment(newsroom.rosa.id, exhibit, 0).bytes();
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(exhibit.hex());
            assertThat(events(CaseEvent.ExhibitDamaged.class))
                    .singleElement()
                    .satisfies(it -> assertThat(it.found()).hasValue(Sha256.of(new byte[] {9})));
        }

        @Test
        void that_was_put_back_is_entered_as_mended_and_may_be_lost_again() throws Exception {
            VaultScrub scrub =
                    new VaultScrub(
                            vault,
                            List.of(segments()),
                            segments(),
                            damage,
                            ledger,
                            rows,
                            new Direct(),
                            InstantSource.system());
            for (int round = 0; round < 2; round++) {
                vault.remove(SealedSegments.address(exhibit, 0));
                scrub.pass(Scrub.Pace.FULL);
                scrub.pass(Scrub.Pace.FULL);
                assertThat(damaged()).containsExactly(0);
                put();
                scrub.pass(Scrub.Pace.FULL);
                assertThat(damaged()).isEmpty();
                assertThat(damage.count()).isZero();
            }
            assertThat(events(CaseEvent.ExhibitDamaged.class)).hasSize(2);
            assertThat(events(CaseEvent.ExhibitMended.class)).hasSize(2);
        }

        @Test
        void that_two_passes_in_a_row_cannot_read_is_entered_once_and_mended_when_it_can_be()
                throws Exception {
            Sick sick = new Sick();
            VaultScrub scrub = scrub(sick);
            sick.unreadable = Set.of(SealedSegments.address(exhibit, 0));
            scrub.pass(Scrub.Pace.FULL);
            assertThat(damaged()).as("it may be read again soon").isEmpty();
            scrub.pass(Scrub.Pace.FULL);
            assertThat(damaged()).containsExactly(0);
            scrub.pass(Scrub.Pace.FULL);
            assertThat(events(CaseEvent.ExhibitDamaged.class))
                    .singleElement()
                    .satisfies(it -> assertThat(it.found()).isEmpty());
            assertThat(damage.count()).isEqualTo(1);
            sick.unreadable = Set.of();
            scrub.pass(Scrub.Pace.FULL);
            assertThat(damaged()).isEmpty();
            assertThat(damage.count()).isZero();
        }

        @Test
        void that_two_passes_in_a_row_cannot_read_is_entered_whatever_was_restarted_in_between()
                throws Exception {
            Sick sick = new Sick();
            sick.unreadable = Set.of(SealedSegments.address(exhibit, 0));
            scrub(sick).pass(Scrub.Pace.FULL);
            assertThat(damaged()).isEmpty();
            scrub(sick).pass(Scrub.Pace.FULL);
            assertThat(damaged()).containsExactly(0);
        }

        @Test
        void that_can_be_read_in_between_is_not_entered() throws Exception {
            Sick sick = new Sick();
            VaultScrub scrub = scrub(sick);
            for (int i = 0; i < 4; i++) {
                sick.unreadable =
                        i % 2 == 0 ? Set.of(SealedSegments.address(exhibit, 0)) : Set.of();
                scrub.pass(Scrub.Pace.FULL);
            }
            assertThat(events(CaseEvent.ExhibitDamaged.class)).isEmpty();
        }

        @Test
        void of_a_vault_that_is_away_is_not_entered() throws Exception {
            Sick sick = new Sick();
            VaultScrub scrub = scrub(sick);
            sick.unreadable = Set.of(SealedSegments.address(exhibit, 0), OTHER);
            for (int i = 0; i < 3; i++) {
                scrub.pass(Scrub.Pace.FULL);
            }
            assertThat(scrub.last().orElseThrow().unread()).isEqualTo(2);
            // It goes in the middle of a pass, and again.
            sick.unreadable = Set.of();
            sick.endsAfter = OTHER;
            for (int i = 0; i < 3; i++) {
                scrub.pass(Scrub.Pace.FULL);
                assertThat(scrub.last().orElseThrow().unread()).isEqualTo(1);
            }
            assertThat(events(CaseEvent.ExhibitDamaged.class)).isEmpty();
        }

        private static final String OTHER = "packages/other/manifest";

        /// Over another register's object, then this segment.
        private VaultScrub scrub(Vault sick) throws IOException {
            vault.put(OTHER, BYTES);
            Holdings others =
                    new Holdings() {
                        @Override
                        public String prefix() {
                            return "packages";
                        }

                        @Override
                        public void forEach(Consumer<Held> visitor) {
                            visitor.accept(
                                    new Held(OTHER, Sha256.of(BYTES), true, Optional.empty()));
                        }
                    };
            return new VaultScrub(
                    sick,
                    List.of(others, segments()),
                    segments(),
                    damage,
                    ledger,
                    rows,
                    new Direct(),
                    clock);
        }

        /// A vault that does not give back what it has.
        private final class Sick extends ForwardingVault {
            private Set<String> unreadable = Set.of();
            private String endsAfter = "";
            private boolean ended;

            private Sick() {
                super(vault);
            }

            @Override
            public InputStream open(String address) throws IOException {
                return open(address, 0, Long.MAX_VALUE);
            }

            @Override
            public InputStream open(String address, long offset, long length) throws IOException {
                // A whole object is asked for from its beginning: then a pass begins.
                ended = ended && !(address.equals(endsAfter) && length == Long.MAX_VALUE);
                if (ended || unreadable.contains(address)) {
                    throw new IOException("no answer");
                }
                ended = address.equals(endsAfter);
                return super.open(address, offset, length);
            }
        }

        @Test
        void is_kept_for_longer_once_its_case_is_taken_up() {
            SealedSegments held = segments();
            String address = SealedSegments.address(exhibit, 0);
            assertThat(held.heldOf(List.of(address, "segments/" + Id.random(random) + "/0")))
                    .containsOnlyKeys(address);
            LocalDate day = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
            assertThat(held.heldOf(List.of(address)).get(address).kept())
                    .hasValue(Retention.governance(day.plusDays(30)));
            desk.takeUp(newsroom.rosa.id, caseId);
            desk.takeUp(newsroom.rosa.id, caseId);
            assertThat(desk.view(newsroom.rosa.id, caseId).takenUp()).hasValue(day);
            assertThat(held.heldOf(List.of(address)).get(address).kept())
                    .hasValue(new Retention(Retention.Mode.COMPLIANCE, day.plusDays(365), true));
            assertThat(events(CaseEvent.TakenUp.class)).hasSize(1);
            refused("not-granted", () -> desk.takeUp(newsroom.remy.id, caseId));
        }

        private SealedSegments segments() {
            return new SealedSegments(
                    ledger,
                    rows,
                    new UnfinishedInMemory(),
                    new Direct(),
                    clock,
                    30,
                    365,
                    Retention.Mode.COMPLIANCE,
                    true);
        }

        private void put(byte... other) throws IOException {
            byte[] bytes = other.length == 0 ? BYTES : other;
            Vault.Writer writer = cases.segment(exhibit, 0);
            writer.write(bytes, 0, bytes.length);
            writer.commit();
        }

        private Set<Integer> damaged() {
            return desk.view(newsroom.rosa.id, caseId).exhibits().getLast().damaged();
        }
    }
}
