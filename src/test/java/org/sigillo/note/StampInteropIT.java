package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.stack.TestAuthority;

/// What we ask for, store and accept, OpenSSL's `ts` understands, and the other way round.
@Tag("stack")
@Tag("apart")
class StampInteropIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;

    private final TestAuthority authority = TestAuthority.of(InstantSource.system(), RANDOM);
    private final String note =
            SignedNote.sign(
                    new Checkpoint("audit.example/log", 1, Sha256.of()).text(),
                    List.of(
                            NoteSigner.ed25519(
                                    "audit.example/log", SecretBytes.takeOwnership(new byte[32]))));

    @Nested
    class Stamps_that_we_store {
        @Test
        void are_accepted_and_a_changed_checkpoint_is_refused() throws Exception {
            Path checkpoint = write("checkpoint", note);
            Path reply = folder.resolve("stamp.tsr");
            TimeStamp.Query query = TimeStamp.query(TimeStamp.stamped(note), RANDOM);
            Files.write(
                    reply,
                    query.answered(authority.answer(query.bytes()), anchors(authority.anchorPem()))
                            .reply());
            Path root = write("root.pem", authority.anchorPem());
            assertThat(verify(checkpoint, reply, root)).contains("Verification: OK");

            Path changed = write("changed", note.replace("\n1\n", "\n2\n"));
            assertThat(verify(changed, reply, root))
                    .contains("Verification: FAILED")
                    .contains("message imprint mismatch");
            Path other =
                    write(
                            "other.pem",
                            TestAuthority.of(InstantSource.system(), RANDOM).anchorPem());
            assertThat(verify(checkpoint, reply, other)).contains("Verification: FAILED");
        }

        @Test
        void answer_the_query_that_was_sent() throws Exception {
            TimeStamp.Query query = TimeStamp.query(TimeStamp.stamped(note), RANDOM);
            Path sent = folder.resolve("query.tsq");
            Files.write(sent, query.bytes());
            assertThat(openssl("ts", "-query", "-in", sent.toString(), "-text"))
                    .contains("Hash Algorithm: sha256", "Certificate required: yes");
            Path reply = folder.resolve("stamp.tsr");
            Files.write(reply, authority.answer(query.bytes()));
            assertThat(
                            openssl(
                                    "ts",
                                    "-verify",
                                    "-queryfile",
                                    sent.toString(),
                                    "-in",
                                    reply.toString(),
                                    "-CAfile",
                                    write("root.pem", authority.anchorPem()).toString()))
                    .contains("Verification: OK");
        }
    }

    @Nested
    class An_authority_of_openssl {
        @Test
        void is_accepted_and_other_bytes_are_refused() throws Exception {
            for (String key : List.of("rsa:2048", "ec:prime256v1")) {
                found(key);
                byte[] stamped = TimeStamp.stamped(note);
                TimeStamp.Query query = TimeStamp.query(stamped, RANDOM);
                Files.write(folder.resolve("query.tsq"), query.bytes());
                openssl(
                        "ts",
                        "-reply",
                        "-config",
                        folder.resolve("tsa.cnf").toString(),
                        "-queryfile",
                        folder.resolve("query.tsq").toString(),
                        "-out",
                        folder.resolve("reply.tsr").toString());
                byte[] reply = Files.readAllBytes(folder.resolve("reply.tsr"));
                TimeStamp.Anchors anchors = anchors(Files.readString(folder.resolve("ca.pem")));
                TimeStamp stamp = query.answered(reply, anchors);
                assertThat(TimeStamp.verified(reply, stamped, anchors).time())
                        .isEqualTo(stamp.time());
                assertThat(
                                EvidenceRecord.beginning(stamp)
                                        .verify(stamped, anchors, InstantSource.system().instant())
                                        .first())
                        .isEqualTo(stamp.time());
                stamped[0] ^= 1;
                assertThatThrownBy(() -> TimeStamp.verified(reply, stamped, anchors))
                        .isInstanceOf(NoteException.class);
            }
        }

        /// A root, and a certificate for time stamps under it.
        private void found(String key) throws Exception {
            String at = folder + "/";
            String[] kind = key.split(":", 2);
            List<String> newKey =
                    kind[0].equals("rsa")
                            ? List.of("-newkey", key)
                            : List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + kind[1]);
            Files.writeString(
                    folder.resolve("tsa.cnf"),
                    """
                    [req]
                    distinguished_name = name
                    [name]
                    [ca]
                    basicConstraints = critical, CA:TRUE
                    keyUsage = critical, keyCertSign
                    [stamps]
                    keyUsage = critical, digitalSignature
                    extendedKeyUsage = critical, timeStamping
                    [tsa]
                    default_tsa = one
                    [one]
                    serial = %1$sserial
                    signer_cert = %1$stsa.pem
                    signer_key = %1$stsa.key
                    certs = %1$sca.pem
                    signer_digest = sha256
                    default_policy = 1.2.3.4.1
                    digests = sha256
                    ess_cert_id_alg = sha256
                    """
                            .formatted(at));
            List<String> root = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2"));
            root.addAll(newKey);
            root.addAll(List.of("-config", at + "tsa.cnf", "-extensions", "ca", "-subj"));
            root.addAll(List.of("/CN=root", "-keyout", at + "ca.key", "-out", at + "ca.pem"));
            openssl(root.toArray(String[]::new));
            List<String> request = new ArrayList<>(List.of("req", "-new", "-nodes"));
            request.addAll(newKey);
            request.addAll(List.of("-config", at + "tsa.cnf", "-subj", "/CN=stamps", "-keyout"));
            request.addAll(List.of(at + "tsa.key", "-out", at + "tsa.csr"));
            openssl(request.toArray(String[]::new));
            openssl(
                    "x509",
                    "-req",
                    "-in",
                    at + "tsa.csr",
                    "-CA",
                    at + "ca.pem",
                    "-CAkey",
                    at + "ca.key",
                    "-CAcreateserial",
                    "-days",
                    "2",
                    "-extfile",
                    at + "tsa.cnf",
                    "-extensions",
                    "stamps",
                    "-out",
                    at + "tsa.pem");
        }
    }

    private String verify(Path data, Path reply, Path root) throws Exception {
        return openssl(
                "ts",
                "-verify",
                "-data",
                data.toString(),
                "-in",
                reply.toString(),
                "-CAfile",
                root.toString());
    }

    private static TimeStamp.Anchors anchors(String pem) {
        return TimeStamp.Anchors.parse(pem);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
    }

    private static String openssl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
