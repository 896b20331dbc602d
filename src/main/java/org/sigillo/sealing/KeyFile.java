package org.sigillo.sealing;

import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

/// A person's two secret keys, their id, and the ledger they were made for, in one file under a
/// passphrase: an age file whose plaintext `age -i` takes as an identity file.
///
/// Owns its secrets and zeroes them on close.
public final class KeyFile implements AutoCloseable {
    /// log2 of scrypt's cost for files of people: a good second, 256 MiB.
    public static final int WORK_FACTOR = 18;

    private static final String TITLE = "# sigillo key file v1";
    private static final String PERSON = "# person: ";
    private static final String SIGNING = "# signing-key: ";
    private static final String GENESIS = "# genesis: ";
    private static final String ARMOR = "-----BEGIN AGE";
    private static final int PERSON_LENGTH = 16;
    private static final int SEED_LENGTH = 32;

    private final String person;
    private final SecretBytes signingSeed;
    private final Optional<Sha256> genesis;
    private final HybridIdentity identity;

    private KeyFile(
            String person,
            SecretBytes signingSeed,
            Optional<Sha256> genesis,
            HybridIdentity identity) {
        this.person = person;
        this.signingSeed = signingSeed;
        this.genesis = genesis;
        this.identity = identity;
    }

    /// Fresh keys for this person (32 hex digits), not yet pinned to a ledger.
    public static KeyFile generate(String person, SecureRandom random) {
        byte[] seed = new byte[SEED_LENGTH];
        random.nextBytes(seed);
        return new KeyFile(
                checkedPerson(person),
                SecretBytes.takeOwnership(seed),
                Optional.empty(),
                HybridIdentity.generate(random));
    }

    /// These keys, which are copied.
    public static KeyFile of(
            String person,
            SecretBytes signingSeed,
            Optional<Sha256> genesis,
            HybridIdentity identity) {
        if (signingSeed.length() != SEED_LENGTH) {
            throw new IllegalArgumentException("an Ed25519 seed has 32 bytes");
        }
        try (SecretBytes seed = identity.revealSeed()) {
            return new KeyFile(
                    checkedPerson(person),
                    SecretBytes.takeOwnership(signingSeed.bytes()),
                    genesis,
                    HybridIdentity.ofSeed(seed));
        }
    }

    /// Seals under a passphrase, which the caller clears.
    ///
    /// @param workFactor log2 of scrypt's cost, at most 20; [#WORK_FACTOR] for people
    public static byte[] seal(
            KeyFile contents, char[] passphrase, int workFactor, SecureRandom random) {
        byte[] plaintext = contents.text().getBytes(StandardCharsets.US_ASCII);
        try (SecretBytes secret = utf8(passphrase)) {
            return Age.seal(plaintext, List.of(ScryptStanza.writer(secret, workFactor, random)));
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /// Opens a key file, armored or not.
    ///
    /// @throws SealBrokenException with reason `WRONG_KEY` for another passphrase
    /// @throws MalformedException if it opens but is no key file
    public static KeyFile open(byte[] file, char[] passphrase) {
        boolean armored =
                new String(file, 0, Math.min(file.length, 64), StandardCharsets.US_ASCII)
                        .strip()
                        .startsWith(ARMOR);
        byte[] plaintext = new byte[0];
        try (SecretBytes secret = utf8(passphrase);
                InputStream in =
                        AgeReader.open(
                                new ByteArrayInputStream(file),
                                List.of(ScryptStanza.reader(secret)),
                                armored
                                        ? new ArmoredDecryptingChannelFactory()
                                        : new StandardDecryptingChannelFactory())) {
            plaintext = in.readAllBytes();
            return parse(new String(plaintext, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static KeyFile parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        boolean pinned = lines.size() > 3 && lines.get(3).startsWith(GENESIS);
        int identityLine = pinned ? 4 : 3;
        if (lines.size() != identityLine + 2
                || !lines.getFirst().equals(TITLE)
                || !lines.getLast().isEmpty()) {
            throw new MalformedException("not a Sigillo key file of version 1");
        }
        return new KeyFile(
                checkedPerson(after(PERSON, lines.get(1))),
                SecretBytes.takeOwnership(Hex.parse(after(SIGNING, lines.get(2)), SEED_LENGTH)),
                pinned ? Optional.of(Sha256.parse(after(GENESIS, lines.get(3)))) : Optional.empty(),
                HybridIdentity.parse(lines.get(identityLine)));
    }

    private String text() {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        text.append(PERSON).append(person).append('\n');
        byte[] seed = signingSeed.bytes();
        text.append(SIGNING).append(Hex.of(seed)).append('\n');
        Arrays.fill(seed, (byte) 0);
        genesis.ifPresent(hash -> text.append(GENESIS).append(hash.hex()).append('\n'));
        return text.append(identity.revealText()).append('\n').toString();
    }

    private static String after(String name, String line) {
        if (!line.startsWith(name)) {
            throw new MalformedException("a key file's line must begin with \"" + name + "\"");
        }
        return line.substring(name.length());
    }

    private static String checkedPerson(String person) {
        return Hex.of(Hex.parse(person, PERSON_LENGTH));
    }

    private static SecretBytes utf8(char[] passphrase) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        return SecretBytes.takeOwnership(bytes);
    }

    /// A copy with secrets of its own, pinned to the ledger with this genesis hash.
    ///
    /// @throws IllegalStateException if it is pinned to another already
    public KeyFile withGenesis(Sha256 hash) {
        if (genesis.isPresent() && !genesis.get().equals(hash)) {
            throw new IllegalStateException("this key file is pinned to another ledger");
        }
        return of(person, signingSeed, Optional.of(hash), identity);
    }

    /// The same for a file that is pinned to a ledger which another one goes on from.
    ///
    /// @param closed genesis hash of that ledger
    /// @throws IllegalStateException if it is pinned to a third
    public KeyFile withGenesis(Sha256 hash, Sha256 closed) {
        return genesis.filter(closed::equals).isPresent()
                ? of(person, signingSeed, Optional.of(hash), identity)
                : withGenesis(hash);
    }

    /// The person's id, 32 hex digits.
    public String person() {
        return person;
    }

    /// The Ed25519 seed, closed with this file.
    public SecretBytes signingSeed() {
        return signingSeed;
    }

    /// The genesis hash that these keys are pinned to, once they are.
    public Optional<Sha256> genesis() {
        return genesis;
    }

    /// The identity that grants are sealed to, closed with this file.
    public HybridIdentity identity() {
        return identity;
    }

    @Override
    public void close() {
        signingSeed.close();
        identity.close();
    }

    @Override
    public String toString() {
        return "KeyFile[of person " + person + "]";
    }
}
