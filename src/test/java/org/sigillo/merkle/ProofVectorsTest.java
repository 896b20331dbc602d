package org.sigillo.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// The 518 published proofs: the few that hold are accepted, every damaged one is refused.
class ProofVectorsTest {
    private static final Path ROOT = Path.of("src/test/resources/vectors/merkle");

    @Test
    void all_518_are_here() throws IOException {
        assertThat(files("").count()).isEqualTo(518);
    }

    @TestFactory
    Stream<DynamicTest> inclusion() throws IOException {
        return cases(
                "inclusion",
                v ->
                        ProofCheck.inclusion(
                                hash(v, "leafHash"),
                                v.get("leafIdx").asLong(),
                                v.get("treeSize").asLong(),
                                proof(v),
                                hash(v, "root")));
    }

    @TestFactory
    Stream<DynamicTest> consistency() throws IOException {
        return cases(
                "consistency",
                v ->
                        ProofCheck.consistency(
                                v.get("size1").asLong(),
                                hash(v, "root1"),
                                v.get("size2").asLong(),
                                hash(v, "root2"),
                                proof(v)));
    }

    @TestFactory
    Stream<DynamicTest> subtree_inclusion() throws IOException {
        return cases(
                "subtreeinclusion",
                v ->
                        ProofCheck.subtreeInclusion(
                                hash(v, "leafHash"),
                                v.get("leafIdx").asLong(),
                                v.get("start").asLong(),
                                v.get("end").asLong(),
                                proof(v),
                                hash(v, "root")));
    }

    @TestFactory
    Stream<DynamicTest> subtree_consistency() throws IOException {
        return cases(
                "subtreeconsistency",
                v ->
                        ProofCheck.subtreeConsistency(
                                v.get("start").asLong(),
                                v.get("end").asLong(),
                                v.get("size").asLong(),
                                proof(v),
                                hash(v, "root1"),
                                hash(v, "root2")));
    }

    private interface Check {
        void run(JsonNode vector);
    }

    private static Stream<DynamicTest> cases(String folder, Check check) throws IOException {
        return files(folder)
                .map(file ->
                        DynamicTest.dynamicTest(
                                ROOT.relativize(file).toString(),
                                () -> {
                                    JsonNode vector = new JsonMapper().readTree(file.toFile());
                                    if (vector.get("wantErr").asBoolean()) {
                                        assertThatThrownBy(() -> check.run(vector))
                                                .isInstanceOfAny(
                                                        ProofException.class,
                                                        MalformedException.class);
                                    } else {
                                        assertThatCode(() -> check.run(vector))
                                                .doesNotThrowAnyException();
                                    }
                                }));
    }

    private static Stream<Path> files(String folder) throws IOException {
        return Files.walk(ROOT.resolve(folder))
                .filter(f -> f.toString().endsWith(".json"))
                .sorted();
    }

    private static Sha256 hash(JsonNode vector, String name) {
        JsonNode value = vector.get(name);
        byte[] bytes =
                value == null || value.isNull()
                        ? new byte[0]
                        : Base64.getDecoder().decode(value.asText());
        // Some vectors have the words "don't care" for a root: any digest will do, the same for the
        // same words.
        return new String(bytes, StandardCharsets.US_ASCII).startsWith("don't care")
                ? Sha256.of(bytes)
                : Sha256.copyOf(bytes);
    }

    private static List<Sha256> proof(JsonNode vector) {
        List<Sha256> proof = new ArrayList<>();
        if (vector.get("proof") != null) {
            vector.get("proof")
                    .forEach(h -> proof.add(Sha256.copyOf(Base64.getDecoder().decode(h.asText()))));
        }
        return proof;
    }
}
