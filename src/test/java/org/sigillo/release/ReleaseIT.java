package org.sigillo.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// Releases against the running application: who may do what, what is refused, what a kill leaves.
@Tag("stack")
@ExtendWith(StackExtension.class)
class ReleaseIT {
    private static final byte[] LETTER = "A letter.".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, byte[]> ITEMS = Map.of("letter.txt", LETTER);

    private final Stack stack;
    private final Desk desk;
    private final Visitor visitor;
    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir Path folder;

    ReleaseIT(Stack stack) {
        this.stack = stack;
        this.desk = new Desk(stack);
        this.visitor = new Visitor(stack);
    }

    @AfterEach
    void leave() {
        desk.close();
        visitor.close();
        http.close();
    }

    @Nested
    class What_two_others_approved {
        @Test
        void is_published_whole_and_verifies_from_the_genesis_hash_alone() throws Exception {
            Map<String, byte[]> items = new LinkedHashMap<>();
            items.put("a b/ü;100% #1?.txt", LETTER);
            items.put("empty", new byte[0]);
            items.put("long".repeat(60) + ".bin", new byte[200_000]);
            Proposal proposal = desk.ready(items);
            assertThat(visitor.page(proposal).statusCode()).isEqualTo(404);
            assertThat(desk.state(proposal)).contains("\"state\":\"READY\"");
            HttpResponse<String> accepted = desk.publish("emile", proposal);
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            desk.untilShown(proposal);

            assertThat(visitor.page(proposal).body())
                    .contains("Title of " + proposal.release)
                    .contains("a b/ü;100% #1?.txt")
                    .contains(Sha256.of(LETTER).hex());
            HttpResponse<byte[]> file =
                    visitor.file(
                            proposal.release
                                    + "/data/items/0001/a%20b/%C3%BC%3B100%25%20%231%3F.txt");
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.body()).isEqualTo(LETTER);
            assertThat(file.headers().allValues("Content-Disposition"))
                    .containsExactly("attachment; filename*=UTF-8''%C3%BC%3B100%25%20%231%3F.txt");
            assertThat(file.headers().firstValue("Content-Type").orElseThrow())
                    .isEqualTo("application/octet-stream");
            assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("sandbox");
            assertThat(visitor.file(proposal.release + "/data/items/0002/empty").body()).isEmpty();

            Path tar = Files.write(folder.resolve("release.tar"), visitor.tar(proposal));
            assertThat(verify(tar)).isZero();
            assertThat(visitor.tar(proposal)).isEqualTo(Files.readAllBytes(tar));
            byte[] altered = Files.readAllBytes(tar);
            int at = indexOf(altered, LETTER);
            altered[at] ^= 1;
            assertThat(verify(Files.write(folder.resolve("altered.tar"), altered))).isEqualTo(1);
            assertThat(keysHeld()).isZero();
        }

        @Test
        void can_be_fetched_in_ranges() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            desk.publish("elena", proposal);
            desk.untilShown(proposal);
            String path = proposal.release + "/data/items/0001/letter.txt";
            assertThat(visitor.file(path, "bytes=2-4"))
                    .satisfies(it -> {
                        assertThat(it.statusCode()).isEqualTo(206);
                        assertThat(it.body()).isEqualTo("let".getBytes());
                        assertThat(it.headers().firstValue("Content-Range"))
                                .hasValue("bytes 2-4/9");
                    });
            assertThat(visitor.file(path, "bytes=-2").body()).isEqualTo("r.".getBytes());
            assertThat(visitor.file(path, "bytes=7-").body()).isEqualTo("r.".getBytes());
            assertThat(visitor.file(path, "bytes=9-").statusCode()).isEqualTo(416);
            assertThat(visitor.file(path, "bytes=0-1,3-4").statusCode()).isEqualTo(200);
            assertThat(visitor.file(path, "letters=0-1").statusCode()).isEqualTo(200);
            assertThat(visitor.file(proposal.release + "/data/items/0001/other").statusCode())
                    .isEqualTo(404);
            assertThat(visitor.file("0".repeat(32) + ".tar").statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class A_vote {
        @Test
        void of_the_proposer_is_refused_and_entered_once_an_hour() throws Exception {
            Proposal proposal = desk.proposed("edith", ITEMS);
            for (int i = 0; i < 3; i++) {
                refused(desk.vote("edith", proposal), 403, "own-proposal");
            }
            assertThat(refusals(proposal)).containsExactly("own-proposal");
        }

        @Test
        void cannot_be_given_twice() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            assertThat(desk.vote("elena", proposal).statusCode()).isEqualTo(201);
            refused(desk.vote("elena", proposal), 409, "second-vote");
            assertThat(desk.state(proposal)).contains("\"state\":\"PROPOSED\"");
            assertThat(refusals(proposal)).containsExactly("second-vote");
        }

        @Test
        void after_the_quorum_is_refused() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            refused(desk.vote("edith", proposal), 409, "not-proposed");
        }

        @Test
        void replayed_from_another_release_is_refused() throws Exception {
            Proposal first = desk.proposed("rosa", ITEMS);
            Proposal second = desk.proposed("rosa", ITEMS);
            Json.Obj vote = desk.decision("elena", "release.vote", first, Optional.of("approve"));
            assertThat(desk.vote("elena", first, vote).statusCode()).isEqualTo(201);
            refused(desk.vote("elena", second, vote), 403, "replayed");
        }

        @Test
        void over_another_manifest_is_refused() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            Json.Obj vote =
                    desk.decision(
                            "elena",
                            "release.vote",
                            proposal.release,
                            Sha256.of(LETTER),
                            Optional.of("approve"));
            refused(desk.vote("elena", proposal, vote), 403, "manifest");
        }

        @Test
        void that_another_signed_or_that_is_no_vote_is_refused() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            Json.Obj emiles =
                    desk.decision("emile", "release.vote", proposal, Optional.of("approve"));
            refused(desk.vote("elena", proposal, emiles), 403, "statement");
            Json.Obj release =
                    desk.decision("elena", "release.released", proposal, Optional.empty());
            refused(desk.vote("elena", proposal, release), 403, "statement");
            Json.Obj bent =
                    flipped(
                            desk.decision(
                                    "elena", "release.vote", proposal, Optional.of("approve")));
            refused(desk.vote("elena", proposal, bent), 403, "statement");
            assertThat(desk.state(proposal)).contains("\"votes\":[]");
        }

        @Test
        void without_the_role_is_counted_but_not_entered() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            double before = roleMissing();
            for (String other : List.of("rosa", "carla", "aldo", "ada")) {
                refused(desk.vote(other, proposal), 403, "role-missing");
            }
            assertThat(roleMissing() - before).isEqualTo(4);
            assertThat(refusals(proposal)).isEmpty();
        }

        @Test
        void on_nothing_is_refused() throws Exception {
            Proposal unknown = new Proposal(ITEMS);
            assertThat(desk.vote("elena", unknown).statusCode()).isEqualTo(404);
            assertThat(desk.publish("elena", unknown).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class A_publication {
        @Test
        void before_the_quorum_is_refused() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            desk.vote("elena", proposal);
            refused(desk.publish("elena", proposal), 409, "not-ready");
        }

        @Test
        void by_one_who_did_not_approve_is_refused() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            refused(desk.publish("edith", proposal), 403, "not-approver");
        }

        @Test
        void with_another_key_is_refused() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            try (HybridIdentity other = HybridIdentity.generate(Desk.RANDOM)) {
                refused(desk.publish("elena", proposal, other.revealText()), 403, "reading-key");
            }
            refused(desk.publish("elena", proposal, "AGE-SECRET-KEY-PQ-1"), 403, "reading-key");
        }

        @Test
        void of_what_is_published_is_refused() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
            refused(desk.publish("emile", proposal), 409, "released");
        }

        @Test
        void of_other_bytes_than_the_manifest_names_is_refused() throws Exception {
            Proposal lying = new Proposal(ITEMS, Map.of("letter.txt", "Another.".getBytes()));
            desk.approved(desk.proposed("rosa", lying));
            refused(desk.publish("elena", lying), 409, "bytes-differ");
            nothingPlain(lying);
        }

        @Test
        void of_an_altered_segment_is_refused_until_it_is_whole_again() throws Exception {
            Proposal proposal = desk.ready(ITEMS);
            for (int number = 0; number < 2; number++) {
                Path segment = stack.object("proposals/" + proposal.release + "/" + number);
                byte[] whole = Files.readAllBytes(segment);
                for (int at : new int[] {0, 700, whole.length / 2, whole.length - 1}) {
                    byte[] altered = whole.clone();
                    altered[at] ^= 4;
                    Files.write(segment, altered);
                    refused(desk.publish("elena", proposal), 409, "bytes-differ");
                }
                Files.delete(segment);
                refused(desk.publish("elena", proposal), 409, "bytes-differ");
                Files.write(segment, whole);
            }
            nothingPlain(proposal);
            assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
            desk.untilShown(proposal);
        }
    }

    @Nested
    class A_draft {
        @Test
        void takes_a_segment_again_but_no_other_in_its_place() throws Exception {
            Proposal proposal = new Proposal(ITEMS);
            byte[] segment = proposal.segments.getFirst();
            assertThat(desk.put("rosa", proposal, 0, segment).statusCode()).isEqualTo(404);
            desk.draft("rosa", proposal);
            assertThat(desk.draft("rosa", proposal).statusCode()).isEqualTo(201);
            refused(desk.draft("remy", proposal), 409, "first-wins");
            assertThat(desk.put("rosa", proposal, 0, segment).statusCode()).isEqualTo(201);
            assertThat(desk.put("rosa", proposal, 0, segment).statusCode()).isEqualTo(201);
            assertThat(desk.put("rosa", proposal, 0, new byte[70]).statusCode()).isEqualTo(409);
            assertThat(desk.put("remy", proposal, 1, segment).statusCode()).isEqualTo(404);
            assertThat(desk.put("rosa", proposal, 1, segment, "sha-256=:AAAA:").statusCode())
                    .isEqualTo(400);
            assertThat(desk.put("rosa", proposal, 1, segment, Desk.digest(LETTER)).statusCode())
                    .isEqualTo(400);
            assertThat(desk.put("rosa", proposal, 1, new byte[0]).statusCode()).isEqualTo(400);
            refused(desk.propose("rosa", proposal), 409, "segments");
            assertThat(desk.put("rosa", proposal, 1, proposal.segments.get(1)).statusCode())
                    .isEqualTo(201);
            List<CustodyEvent.Founder> fewer = new ArrayList<>(desk.readers("rosa"));
            fewer.removeFirst();
            refused(desk.propose("rosa", proposal, fewer), 409, "grants");
            assertThat(desk.propose("remy", proposal).statusCode()).isEqualTo(404);
            assertThat(desk.propose("rosa", proposal).statusCode()).isEqualTo(201);
            refused(desk.propose("rosa", proposal), 409, "proposed");
            assertThat(desk.put("rosa", proposal, 2, segment).statusCode()).isEqualTo(409);
        }

        @Test
        void is_read_by_those_it_was_granted_to_and_nobody_else() throws Exception {
            Proposal proposal = desk.proposed("rosa", ITEMS);
            String path = "/api/releases/" + proposal.release;
            for (String reader : List.of("rosa", "elena", "carla")) {
                assertThat(desk.get(reader, path).body()).contains("\"grant\":\"");
                assertThat(desk.get(reader, path + "/segments/1").statusCode()).isEqualTo(200);
            }
            assertThat(desk.get("remy", path).body()).contains("\"grant\":null");
            assertThat(desk.get("remy", path + "/segments/1").statusCode()).isEqualTo(404);
            assertThat(desk.get("aldo", path).body()).contains("\"grant\":null");
            assertThat(desk.get("elena", path + "/segments/9").statusCode()).isEqualTo(404);
            assertThat(desk.get("elena", path + "/segments/0").statusCode()).isEqualTo(200);
            assertThat(keyed("release.fetched/" + proposal.release + "/%")).hasSize(3);
        }
    }

    @Test
    void killed_anywhere_it_publishes_nothing_that_was_not_released_and_loses_nothing_that_was()
            throws Exception {
        Map<String, byte[]> items = Map.of("large.bin", new byte[12_000_000]);
        for (int delay : new int[] {0, 120, 250, 400, 600, 900}) {
            Proposal proposal = desk.ready(items);
            Thread publishing =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    desk.publish("elena", proposal);
                                } catch (Exception killed) {
                                    // Its answer is lost; what was entered is not.
                                }
                            });
            Thread.sleep(delay);
            stack.killApp();
            publishing.join();
            boolean released = entered("release.released/" + proposal.release + "/1");
            if (!released) {
                nothingPlain(proposal);
            }
            stack.startApp();
            if (!released) {
                assertThat(visitor.page(proposal).statusCode()).isEqualTo(404);
                assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
            }
            desk.untilShown(proposal);
            assertThat(verify(Files.write(folder.resolve(delay + ".tar"), visitor.tar(proposal))))
                    .isZero();
            assertThat(keysHeld()).isZero();
        }
    }

    private static void refused(HttpResponse<String> answer, int status, String guard) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"guard\":\"" + guard + "\"").contains("\"detail\":\"");
    }

    private static Json.Obj flipped(Json.Obj signed) {
        Json.Obj statement = signed.object("statement");
        String signature = statement.text("signature");
        char other = signature.charAt(5) == 'A' ? 'B' : 'A';
        return signed.with(
                "statement",
                statement.with(
                        "signature", signature.substring(0, 5) + other + signature.substring(6)));
    }

    private void nothingPlain(Proposal proposal) {
        assertThat(stack.object("packages/" + proposal.release)).doesNotExist();
    }

    private int verify(Path tar) {
        return Sigillo.run(
                "verify",
                "--release",
                tar.toString(),
                "--genesis",
                stack.genesis().toString(),
                "--policy",
                stack.witnessPolicy().toString());
    }

    private double roleMissing() throws Exception {
        String metrics =
                http.send(
                                HttpRequest.newBuilder(
                                                URI.create(stack.management() + "/q/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        return metrics.lines()
                .filter(line -> line.startsWith("sigillo_role_missing_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private List<String> refusals(Proposal proposal) throws Exception {
        return keyed("release.refused/" + proposal.release + "/%");
    }

    /// The guards of the events whose keys are like this, none where an event names none.
    private List<String> keyed(String keys) throws Exception {
        List<String> guards = new ArrayList<>();
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT convert_from(event, 'UTF8')::json -> 'body' ->> 'guard'"
                                        + " FROM ledger_pending WHERE key LIKE ?")) {
            query.setString(1, keys);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    guards.add(rows.getString(1));
                }
            }
        }
        return guards;
    }

    private boolean entered(String key) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT 1 FROM ledger_pending WHERE key = ?")) {
            query.setString(1, key);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private long keysHeld() throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT count(*) FROM release_reading_key");
                ResultSet rows = query.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .indexOf(new String(part, StandardCharsets.ISO_8859_1));
    }
}
