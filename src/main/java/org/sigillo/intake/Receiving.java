package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.people.Member;
import org.sigillo.people.People;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealedContent;
import org.sigillo.sealing.SegmentSealer;
import org.sigillo.vault.Vault;

/// Takes one file or message from a stream into sealed segments and makes an exhibit of it. Holds one
/// buffer and one open segment, whatever the size.
@ApplicationScoped
class Receiving {
    private static final int BUFFER = 64 * 1024;
    private static final int SALT = 32;

    /// Between two attempts, each twice as long as the one before, as long as a source may be asked to wait.
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Cases cases;
    private final People people;
    private final Crowd crowd;
    private final SecureRandom random;

    Receiving(Cases cases, People people, Crowd crowd, SecureRandom random) {
        this.cases = cases;
        this.people = people;
        this.crowd = crowd;
        this.random = random;
    }

    /// The case of this session, begun now if it is new.
    Cases.Opened open(Session.Known session) {
        Optional<Cases.Opened> known = cases.byLocator(session.locator(), session.recipient());
        if (known.isPresent()) {
            return known.get();
        }
        if (!session.begin().may()) {
            throw new IllegalStateException("a typed codename begins no case");
        }
        try (HybridIdentity generation = HybridIdentity.generate(random);
                HybridIdentity source = session.identity()) {
            byte[] line = (generation.revealText() + "\n").getBytes(StandardCharsets.US_ASCII);
            List<Cases.Grant> grants = new ArrayList<>();
            for (Member reviewer : people.receivers()) {
                grants.add(
                        new Cases.Grant(
                                reviewer.person(),
                                Age.seal(line, HybridRecipient.parse(reviewer.recipient()))));
            }
            java.util.Arrays.fill(line, (byte) 0);
            Cases.Opened begun =
                    cases.open(
                            new Cases.Beginning(
                                    session.locator(),
                                    Id.random(random),
                                    generation.recipient().text(),
                                    source.recipient().text(),
                                    Optional.empty(),
                                    grants),
                            people::trust);
            // Another form of the same source may have begun it meanwhile.
            if (begun.recipient().equals(generation.recipient().text())) {
                crowd.opened();
            }
            return begun;
        }
    }

    /// Seals a stream to its end and makes it an exhibit.
    ///
    /// @param name none for a message
    /// @param there whether its sender still waits for an answer
    /// @throws IOException if the stream breaks off or the vault fails: then nothing of it stays
    /// @throws RuntimeException if the database fails: it may have committed all the same, so what was sealed stays until the
    ///     register has said for some days that it does not hold it
    void take(
            Session.Known session,
            Optional<String> name,
            String mediaType,
            InputStream in,
            BooleanSupplier there)
            throws IOException {
        // The generation newest at the first byte: one may have been made since the last file.
        Cases.Opened opened = patiently(there, () -> open(session));
        HybridRecipient recipient = HybridRecipient.parse(opened.recipient());
        Id exhibit = Id.random(random);
        Commits commits = new Commits();
        boolean offered = false;
        SegmentSealer sealer =
                new SegmentSealer(recipient, number -> segment(exhibit, number, commits));
        try {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sealer.write(buffer, 0, read);
            }
            java.util.Arrays.fill(buffer, (byte) 0);
            SealedContent content = sealer.finish();
            List<Cases.Segment> segments = commits.all();
            offered = true;
            commit(session, opened, exhibit, name, mediaType, content, segments, there);
        } finally {
            if (!offered) {
                sealer.abort();
                cases.discard(exhibit, commits.settled());
            }
        }
    }

    private void commit(
            Session.Known session,
            Cases.Opened opened,
            Id exhibit,
            Optional<String> name,
            String mediaType,
            SealedContent content,
            List<Cases.Segment> segments,
            BooleanSupplier there) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        Boxes.Place place =
                new Boxes.Place(cases.origin(), opened.caseId(), exhibit, opened.generation());
        Boxes.Arrived arrived = new Boxes.Arrived(name, mediaType, content, salt);
        try (HybridIdentity source = session.identity()) {
            Cases.Arrival arrival =
                    new Cases.Arrival(
                            opened.caseId(),
                            exhibit,
                            opened.generation(),
                            Entry.content(salt, content.plaintext()),
                            content.paddedSize(),
                            segments,
                            Boxes.label(place, arrived, HybridRecipient.parse(opened.recipient())),
                            Boxes.stub(place, arrived, source.recipient()));
            int _ = patiently(there, () -> cases.seal(arrival));
        }
    }

    /// What is coming, or lies sealed in the vault, is not given up for a database that is away for a moment, as long as its sender waits:
    /// whoever has gone may have been told meanwhile that it did not arrive.
    ///
    /// @param there whether they wait
    /// @param work that changes nothing when it is done again
    private static <T> T patiently(BooleanSupplier there, Supplier<T> work) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Duration pause = FIRST_PAUSE; ; pause = pause.multipliedBy(2)) {
            try {
                return work.get();
            } catch (Refusal | BrokenEvidenceException | UncheckedIOException e) {
                throw e;
            } catch (RuntimeException e) {
                if (System.nanoTime() + pause.toNanos() > end) {
                    throw e;
                }
                rest(pause, e);
                if (!there.getAsBoolean()) {
                    throw e;
                }
            }
        }
    }

    private static void rest(Duration pause, RuntimeException because) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw because;
        }
    }

    private SegmentSealer.Segment segment(Id exhibit, int number, Commits commits)
            throws IOException {
        Vault.Writer writer = cases.segment(exhibit, number);
        return new SegmentSealer.Segment() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writer.write(bytes, offset, length);
            }

            @Override
            public Sha256 commit() throws IOException {
                Sha256 digest = writer.digest();
                commits.begin(() -> stored(writer, digest));
                return digest;
            }

            @Override
            public void abort() {
                try {
                    writer.abort();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static Cases.Segment stored(Vault.Writer writer, Sha256 digest) throws IOException {
        try {
            return new Cases.Segment(writer.commit(digest).size(), digest);
        } finally {
            writer.abort();
        }
    }
}
