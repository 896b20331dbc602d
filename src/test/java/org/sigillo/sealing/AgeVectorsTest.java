package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

/// The published age vectors, one test each: what must open opens to the right bytes, nothing else
/// opens.
class AgeVectorsTest {
    private static final Path FOLDER = Path.of("src/test/resources/vectors/age");
    private static final int PUBLISHED = 143;

    private static final Map<String, SealBrokenException.Reason> REASONS =
            Map.of(
                    "no match", SealBrokenException.Reason.WRONG_KEY,
                    "header failure", SealBrokenException.Reason.HEADER,
                    "HMAC failure", SealBrokenException.Reason.HEADER,
                    "payload failure", SealBrokenException.Reason.PAYLOAD);

    @Test
    void none_of_the_published_vectors_is_missing() throws IOException {
        assertThat(names()).hasSize(PUBLISHED);
    }

    @TestFactory
    Stream<DynamicTest> every_vector_gets_the_right_decision() throws IOException {
        return names().stream().map(name -> DynamicTest.dynamicTest(name, () -> decide(name)));
    }

    private static void decide(String name) throws IOException {
        Vector vector = Vector.read(FOLDER.resolve(name));
        String expected = vector.field("expect");
        if (expected.equals("success")) {
            assertThat(Sha256.of(open(vector)).hex()).isEqualTo(vector.field("payload"));
            return;
        }
        var failure =
                assertThatThrownBy(() -> open(vector)).isInstanceOf(SealBrokenException.class);
        if (vector.ownStanzasOnly() && REASONS.containsKey(expected)) {
            failure.extracting("reason").isEqualTo(REASONS.get(expected));
        }
    }

    private static byte[] open(Vector vector) throws IOException {
        var factory =
                vector.fields.containsKey("armored")
                        ? new ArmoredDecryptingChannelFactory()
                        : new StandardDecryptingChannelFactory();
        try (InputStream plain =
                AgeReader.open(new ByteArrayInputStream(vector.file), vector.readers(), factory)) {
            return plain.readAllBytes();
        }
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("LICENSE"))
                    .sorted()
                    .toList();
        }
    }

    private record Vector(Map<String, List<String>> fields, byte[] file) {
        static Vector read(Path path) throws IOException {
            byte[] all = Files.readAllBytes(path);
            Map<String, List<String>> fields = new TreeMap<>();
            int start = 0;
            while (all[start] != '\n') {
                int end = start;
                while (all[end] != '\n') {
                    end++;
                }
                String[] field =
                        new String(all, start, end - start, StandardCharsets.UTF_8).split(": ", 2);
                fields.computeIfAbsent(field[0], key -> new ArrayList<>()).add(field[1]);
                start = end + 1;
            }
            byte[] file = Arrays.copyOfRange(all, start + 1, all.length);
            if (fields.containsKey("compressed")) {
                file = new InflaterInputStream(new ByteArrayInputStream(file)).readAllBytes();
            }
            return new Vector(fields, file);
        }

        String field(String name) {
            return fields.get(name).getFirst();
        }

        List<String> all(String name) {
            return fields.getOrDefault(name, List.of());
        }

        boolean ownStanzasOnly() {
            return all("identity").size() + all("passphrase").size() == 1
                    && all("identity").stream()
                            .noneMatch(line -> line.startsWith("AGE-SECRET-KEY-1"));
        }

        List<RecipientStanzaReader> readers() {
            List<RecipientStanzaReader> readers = new ArrayList<>();
            for (String line : all("identity")) {
                readers.add(
                        line.startsWith("AGE-SECRET-KEY-PQ-")
                                ? HybridStanza.reader(HybridIdentity.parse(line))
                                : x25519(line));
            }
            for (String passphrase : all("passphrase")) {
                readers.add(
                        ScryptStanza.reader(
                                SecretBytes.takeOwnership(
                                        passphrase.getBytes(StandardCharsets.UTF_8))));
            }
            return readers;
        }

        private static RecipientStanzaReader x25519(String line) {
            try {
                return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line);
            } catch (GeneralSecurityException e) {
                throw new UncheckedIOException(new IOException("bad identity in a vector", e));
            }
        }
    }
}
