package org.sigillo.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.stack.VaultOperator;

/// What somebody has changed or deleted in a release's rows and files.
@Tag("stack")
@ExtendWith(StackExtension.class)
class AlteredReleaseIT {
    private static final byte[] LETTER = "A letter.".getBytes();
    private static final Map<String, byte[]> ITEMS = Map.of("letter.txt", LETTER);

    private final Stack stack;
    private final Desk desk;
    private final Visitor visitor;

    AlteredReleaseIT(Stack stack) {
        this.stack = stack;
        this.desk = new Desk(stack);
        this.visitor = new Visitor(stack);
    }

    @AfterEach
    void leave() {
        desk.close();
        visitor.close();
    }

    private Proposal published() throws Exception {
        Proposal proposal = desk.ready(ITEMS);
        assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
        desk.untilShown(proposal);
        return proposal;
    }

    @Test
    void an_altered_or_lost_file_is_shown_to_nobody_and_closes_nothing_else() throws Exception {
        Proposal whole = published();
        Proposal proposal = published();
        String release = proposal.release.hex();
        Path manifest = stack.object("packages/" + release + "/tags/manifest.json");
        String text = Files.readString(manifest);
        for (String altered :
                new String[] {text.replaceFirst("\"title\":\"", "\"title\":\"Forged "), "{", ""}) {
            Files.writeString(manifest, altered);
            notShown(proposal);
        }
        Files.delete(manifest);
        notShown(proposal);
        assertThat(visitor.list().body())
                .contains(whole.release.hex())
                .doesNotContain(release, "Forged");
        assertThat(visitor.page(whole).statusCode()).isEqualTo(200);
        assertThat(visitor.text("drop", "/en/").statusCode())
                .as("the sources' door")
                .isEqualTo(200);
        Files.writeString(manifest, text);
        assertThat(visitor.page(proposal).statusCode()).isEqualTo(200);
        assertThat(visitor.list().body()).contains(release);

        Path item = stack.object("packages/" + release + "/items/1");
        String file = release + "/data/items/0001/letter.txt";
        assertThat(visitor.file(file).body()).isEqualTo(LETTER);
        Files.writeString(item, "A forged.");
        assertThat(visitor.file(file).statusCode()).isEqualTo(503);
        assertThat(visitor.file(release + ".tar").statusCode()).isEqualTo(503);
        Path planted = manifest.resolveSibling("planted.html");
        Files.writeString(planted, "Forged");
        assertThat(visitor.file(release + "/planted.html").statusCode()).isEqualTo(404);
        Files.delete(planted);
        Files.delete(item);
        assertThat(visitor.file(release + "/data/items/0001/letter.txt").statusCode())
                .isEqualTo(503);
        assertThat(visitor.file(release + "/data/manifest.json").statusCode()).isIn(200, 404);
        Files.write(item, LETTER);
        assertThat(visitor.file(release + "/data/items/0001/letter.txt").body()).isEqualTo(LETTER);
    }

    @Test
    void a_file_that_cannot_be_read_and_one_without_end_hide_no_other_damage() throws Exception {
        Path unread = file(published(), "tags/manifest.json");
        Proposal endless = published();
        Path tags = file(endless, "tags/tagmanifest-sha256.txt");
        Path proof = file(endless, "tags/ledger/released.tlog-proof");
        Path lost = file(endless, "items/1");
        Path altered = file(published(), "items/1");
        Map<Path, byte[]> before = new HashMap<>();
        for (Path path : List.of(unread, tags, proof, lost, altered)) {
            before.put(path, Files.readAllBytes(path));
        }
        try (VaultOperator operator = new VaultOperator(stack, "ada")) {
            JsonNode first = scrubbed(operator);
            Files.delete(unread);
            Files.createDirectory(unread);
            for (Path path : List.of(tags, proof)) {
                try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
                    large.setLength(64L << 20);
                }
            }
            Files.delete(lost);
            Files.writeString(altered, "A forged.");
            JsonNode found = scrubbed(operator);
            assertThat(more("damaged", first, found))
                    .as("the two large ones, the lost one of the same package, and the altered one")
                    .isEqualTo(4);
            assertThat(more("unread", first, found))
                    .as("that file, and what it would tell of others")
                    .isEqualTo(2);

            Files.delete(unread);
            for (Map.Entry<Path, byte[]> one : before.entrySet()) {
                Files.write(one.getKey(), one.getValue());
            }
            JsonNode last = scrubbed(operator);
            assertThat(more("damaged", first, last)).isZero();
            assertThat(more("unread", first, last)).isZero();
        }
    }

    @Test
    void another_releases_proof_is_the_only_one_that_is_found_to_be_altered() throws Exception {
        Path proof = file(published(), "tags/ledger/released.tlog-proof");
        Path others = file(published(), "tags/ledger/released.tlog-proof");
        byte[] before = Files.readAllBytes(proof);
        try (VaultOperator operator = new VaultOperator(stack, "ada")) {
            JsonNode first = scrubbed(operator);
            Files.write(proof, Files.readAllBytes(others));
            assertThat(more("damaged", first, scrubbed(operator))).isEqualTo(1);
            Files.write(proof, before);
            assertThat(more("damaged", first, scrubbed(operator))).isZero();
        }
    }

    private Path file(Proposal proposal, String path) {
        return stack.object("packages/" + proposal.release + "/" + path);
    }

    private static JsonNode scrubbed(VaultOperator operator) throws Exception {
        operator.scrub();
        return operator.view().path("scrubbed");
    }

    private static long more(String count, JsonNode before, JsonNode after) {
        return after.path(count).asLong() - before.path(count).asLong();
    }

    private void notShown(Proposal proposal) throws Exception {
        HttpResponse<String> page = visitor.page(proposal);
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("not as it was released").doesNotContain("Forged");
    }

    @Test
    void deleted_steps_unpublish_nothing_and_planted_ones_publish_nothing() throws Exception {
        Proposal proposal = published();
        Proposal waiting = desk.ready(ITEMS);
        update("DELETE FROM release_step WHERE release = ?", proposal.release.hex());
        update("INSERT INTO release_step VALUES (?, 'shown')", waiting.release.hex());
        try {
            assertThat(visitor.page(waiting).statusCode()).isEqualTo(404);
            assertThat(visitor.list().statusCode()).isEqualTo(200);
            stack.restartApp();
            desk.untilShown(proposal);
            assertThat(visitor.page(proposal).statusCode()).isEqualTo(200);
            assertThat(visitor.file(proposal.release + "/data/items/0001/letter.txt").body())
                    .isEqualTo(LETTER);
            assertThat(visitor.list().body()).contains(proposal.release.hex());
        } finally {
            update("DELETE FROM release_step WHERE release = ?", waiting.release.hex());
        }
    }

    @Test
    void what_was_published_before_there_were_witnesses_stays_as_it_was() throws Exception {
        Proposal proposal;
        byte[] before;
        try {
            stack.besides(Map.of("sigillo.witness-policy", ""));
            proposal = published();
            before = visitor.tar(proposal);
            // Witnesses cosign the last checkpoint alone: another follows this one's, and that
            // one's.
            published();
            String last = visitor.text("audit", "/log/checkpoint").body();
            for (int i = 0;
                    i < 300 && visitor.text("audit", "/log/checkpoint").body().equals(last);
                    i++) {
                Thread.sleep(200);
            }
            assertThat(visitor.text("audit", "/log/checkpoint").body()).isNotEqualTo(last);
        } finally {
            stack.besides(Map.of());
        }
        Proposal another = published();
        assertThat(visitor.tar(proposal)).isEqualTo(before);
        assertThat(visitor.file(another.release + ".tar").statusCode()).isEqualTo(200);
    }

    @Test
    void an_altered_row_is_found_when_it_is_used() throws Exception {
        Proposal proposal = desk.proposed("rosa", ITEMS);
        String path = "/api/releases/" + proposal.release;
        String id = proposal.release.hex();
        for (String[] change :
                new String[][] {
                    {
                        "UPDATE release_proposal SET recipient = 'x' || recipient WHERE release = ?",
                        "UPDATE release_proposal SET recipient = substr(recipient, 2) WHERE release = ?"
                    },
                    {
                        "UPDATE release_grant SET sealed = sealed || '\\x00' WHERE release = ?",
                        "UPDATE release_grant SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE release = ?"
                    },
                    {
                        "UPDATE release_segment SET digest = reverse(digest) WHERE release = ?",
                        "UPDATE release_segment SET digest = reverse(digest) WHERE release = ?"
                    }
                }) {
            update(change[0], id);
            HttpResponse<String> answer = desk.get("elena", path);
            assertThat(answer.statusCode()).as(change[0]).isEqualTo(500);
            assertThat(answer.body()).contains("evidence");
            update(change[1], id);
            stack.restartApp();
            assertThat(desk.get("elena", path).statusCode()).isEqualTo(200);
        }
    }

    private void update(String sql, String release) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, release);
            assertThat(query.executeUpdate()).isPositive();
        }
    }
}
