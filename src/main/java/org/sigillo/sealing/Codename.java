package org.sigillo.sealing;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

/// A source's only secret: seven words of the EFF large list, 90 random bits.
///
/// A string in the end, since a page must show it: it cannot be zeroed, only dropped.
public final class Codename {
    /// Words in a codename.
    public static final int WORDS = 7;

    private static final String SALT = "sigillo/codename/v1";
    private static final String LOCATOR = "sigillo/locator/v1";
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int HALF = 32;
    private static final int INSTANCE = 32;

    private final List<String> words;

    private Codename(List<String> words) {
        this.words = words;
    }

    /// Fresh words.
    public static Codename generate(SecureRandom random) {
        return new Codename(
                Stream.generate(() -> WordList.WORDS.get(random.nextInt(WordList.WORDS.size())))
                        .limit(WORDS)
                        .toList());
    }

    /// Reads what a person typed: any case, any white space; nothing if these are not seven words
    /// of the list.
    public static Optional<Codename> parse(String typed) {
        if (typed.length() > 1000) {
            return Optional.empty();
        }
        String normal = WordList.normal(typed).strip();
        List<String> words = List.of(normal.split("[\\s\\p{Z}]+", -1));
        if (words.size() != WORDS || !words.stream().allMatch(WordList::has)) {
            return Optional.empty();
        }
        return Optional.of(new Codename(words));
    }

    /// Whether a message seems to hold a codename: seven neighbouring words of the list, whatever
    /// the spacing, case and punctuation.
    public static boolean looksLikeCodename(String message) {
        try {
            return looksLikeCodename(new StringReader(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same of a message that is nowhere kept as a whole.
    public static boolean looksLikeCodename(Reader message) throws IOException {
        return WordList.hasRun(message, WORDS);
    }

    /// The seven words.
    public List<String> words() {
        return words;
    }

    /// The words in lower case with single spaces: shown once, never stored.
    public String revealText() {
        return String.join(" ", words);
    }

    /// What follows from this codename at the instance of this id (the genesis's 32 bytes).
    ///
    /// Takes 19 MiB and some tens of milliseconds.
    public Derived derive(byte[] instanceId) {
        return derive(instanceId, new Memory(1));
    }

    /// The same in this memory.
    public Derived derive(byte[] instanceId, Memory memory) {
        if (instanceId.length != INSTANCE) {
            throw new IllegalArgumentException("an instance id has 32 bytes");
        }
        Argon2BytesGenerator argon = new Argon2BytesGenerator();
        argon.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(MEMORY_KIB)
                        .withIterations(PASSES)
                        .withParallelism(1)
                        .withSalt(Sha256.tagged(SALT, instanceId).bytes())
                        .withBlockPool(memory.blocks)
                        .build());
        byte[] secret = revealText().getBytes(StandardCharsets.UTF_8);
        byte[] derived = new byte[2 * HALF];
        argon.generateBytes(secret, derived);
        byte[] first = Arrays.copyOf(derived, HALF);
        byte[] second = Arrays.copyOfRange(derived, HALF, 2 * HALF);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(derived, (byte) 0);
        try (SecretBytes seed = SecretBytes.takeOwnership(second)) {
            return new Derived(
                    Sha256.tagged(LOCATOR, first),
                    HybridIdentity.ofSeed(seed),
                    SenderKey.of(seed, instanceId));
        } finally {
            Arrays.fill(first, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "Codename[" + WORDS + " words]";
    }

    /// What follows from a codename: where the docket finds the case, the source's own key, and by
    /// what a source's program knows again what it left with the server. Thread safe until closed.
    public static final class Derived implements AutoCloseable {
        private final Sha256 locator;
        private final HybridIdentity source;
        private final SenderKey sender;

        private Derived(Sha256 locator, HybridIdentity source, SenderKey sender) {
            this.locator = locator;
            this.source = source;
            this.sender = sender;
        }

        /// How the docket finds the case. Opens nothing.
        public Sha256 locator() {
            return locator;
        }

        /// The source's own identity; closed with this.
        public HybridIdentity source() {
            return source;
        }

        /// By which a case's first recipient is known again: only this codename makes it.
        public Sha256 keepsake(HybridRecipient first) {
            return sender.keepsake(first);
        }

        /// By which a sealed segment is known again as this file's.
        ///
        /// @param exhibit 16 bytes
        /// @param cut the SHA-256 of what is sealed in it, padding included
        /// @param sealed the SHA-256 of the sealed segment
        public Sha256 mark(byte[] exhibit, int number, Sha256 cut, Sha256 sealed) {
            return sender.mark(exhibit, number, cut, sealed);
        }

        @Override
        public void close() {
            source.close();
            sender.close();
        }
    }

    /// What derivations work in, for a program that does many: zeroed after each and used again, where it would otherwise be garbage
    /// that fills the heap.
    public static final class Memory {
        private final Argon2BytesGenerator.BlockPool blocks;

        /// @param atOnce derivations that it is enough for; whatever more are done at a time have their own
        public Memory(int atOnce) {
            this.blocks = new Argon2BytesGenerator.FixedBlockPool(atOnce * MEMORY_KIB);
        }
    }
}
