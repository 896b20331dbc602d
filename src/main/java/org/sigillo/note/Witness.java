package org.sigillo.note;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;

/// Cosigns the checkpoints of the logs it knows as long as each continues the one before it (C2SP
/// tlog-witness), and remembers the last one for ever.
///
/// Check, signature and storing happen under one lock: of two requests that race from the same size
/// only one is signed. What is answered is stored before; what is stored need not have been answered,
/// for whoever asks again is told the size and may have that very checkpoint cosigned again.
public final class Witness {
    private static final int MOST_HASHES = 63;
    private static final String TEXT = "text/plain; charset=utf-8";

    /// Origin, size, root.
    private static final int CHECKPOINT_LINES = 3;

    private final List<NoteSigner> signers;
    private final Map<String, List<NoteVerifier>> logs;
    private final State state;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// Where the last note of each log is kept, one that a witness loses at the price of its word.
    public interface State {
        /// The last note kept for the log of this origin.
        Optional<String> latest(String origin);

        /// Keeps a note in place of the log's last one, and returns when no power cut can lose it.
        void keep(String origin, String note) throws IOException;
    }

    /// What is sent back over HTTP.
    ///
    /// @param fork a note that the log's keys signed though it and the one kept are of equal size and
    ///     have different roots: evidence against the log, worth keeping
    public record Answer(int status, String type, String body, Optional<String> fork) {}

    /// @param signers of one name, of types 0x04 and 0x06
    /// @param logs the keys of the logs, each named like its log
    public Witness(
            List<NoteSigner> signers, List<NoteVerifier> logs, State state, InstantSource clock) {
        this.signers = List.copyOf(signers);
        this.logs = new TreeMap<>();
        List<NoteVerifier> keys = new ArrayList<>(logs);
        for (NoteSigner signer : signers) {
            NoteVerifier own = signer.verifier();
            if (!own.cosigns() || !own.name().equals(signers.getFirst().verifier().name())) {
                throw new NoteException("a witness has keys of types 0x04 and 0x06 and one name");
            }
            keys.add(own);
        }
        LogKeys.distinct(keys);
        for (NoteVerifier key : logs) {
            if (!key.signsLogs()) {
                throw new NoteException(key + " is no key of a log");
            }
            this.logs.computeIfAbsent(key.name(), origin -> new ArrayList<>()).add(key);
        }
        this.state = state;
        this.clock = clock;
    }

    /// Answers `POST …/add-checkpoint`. The order of the checks is the specification's.
    public Answer addCheckpoint(byte[] body) {
        try {
            String text = utf8(body);
            int cut = text.indexOf("\n\n");
            if (cut < 0) {
                return refusal(400, "no empty line before the checkpoint");
            }
            String received = text.substring(cut + 2);
            List<NoteVerifier> keys = logs.get(received.lines().findFirst().orElse(""));
            if (keys == null) {
                return refusal(404, "unknown log");
            }
            Optional<SignedNote> signed = signedBy(keys, received);
            if (signed.isEmpty()) {
                return refusal(
                        403, "invalid signature: none by the log, or one that does not hold");
            }
            SignedNote note = signed.get();
            Request request = Request.parse(text.substring(0, cut), note.text());
            if (request.old() > request.next().size()) {
                return refusal(400, "the old size is larger than the checkpoint's");
            }
            return continued(request, note);
        } catch (NoteException | MalformedException e) {
            return refusal(400, String.valueOf(e.getMessage()));
        }
    }

    /// Answers `GET …/<hex of SHA-256 of the origin>/checkpoint`: the log's last note with the
    /// cosignatures given to it.
    public Optional<String> latest(String originHash) {
        return logs.keySet().stream()
                .filter(it ->
                        Sha256.of(it.getBytes(StandardCharsets.UTF_8)).hex().equals(originHash))
                .findFirst()
                .flatMap(state::latest);
    }

    private Answer continued(Request request, SignedNote note) {
        lock.lock();
        try {
            Checkpoint.Claim next = request.next();
            Optional<Checkpoint> last =
                    state.latest(next.origin())
                            .map(it -> Checkpoint.parse(SignedNote.parse(it).text()));
            long known = last.map(Checkpoint::size).orElse(0L);
            if (request.old() != known) {
                return new Answer(409, "text/x.tlog.size", known + "\n", Optional.empty());
            }
            try {
                request.continues(last.map(Checkpoint::root).orElse(MerkleHash.empty()));
            } catch (ProofException e) {
                boolean fork =
                        known == next.size()
                                && last.filter(it -> !it.root().equals(next.root())).isPresent();
                return new Answer(
                        422,
                        TEXT,
                        "bad consistency proof: " + e.getMessage() + "\n",
                        fork ? Optional.of(note.note()) : Optional.empty());
            }
            long now = clock.instant().getEpochSecond();
            List<Cosignature> lines =
                    signers.stream().map(signer -> signer.cosign(note.text(), now)).toList();
            state.keep(next.origin(), note.with(lines).note());
            StringBuilder answer = new StringBuilder();
            lines.forEach(line -> answer.append(line.line()).append('\n'));
            return new Answer(200, TEXT, answer.toString(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /// The log's lines of a note; nothing where it has none over all of its text, or one that does not hold or is malformed.
    private static Optional<SignedNote> signedBy(List<NoteVerifier> keys, String received) {
        try {
            SignedNote note = SignedNote.parse(received);
            List<NoteVerifier> signers = note.verify(keys);
            return covers(signers, note.text()) ? Optional.of(note.only(keys)) : Optional.empty();
        } catch (NoteException e) {
            return Optional.empty();
        }
    }

    /// Whether these signed all of the text: an ML-DSA-44 cosignature is over origin, size and root, and not over what lines there may
    /// be after them.
    private static boolean covers(List<NoteVerifier> signers, String text) {
        return text.lines().count() <= CHECKPOINT_LINES
                || signers.stream().anyMatch(it -> it.type() != SignatureType.ML_DSA_44);
    }

    private static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw new NoteException("a request is UTF-8", e);
        }
    }

    private static Answer refusal(int status, String why) {
        return new Answer(status, TEXT, why + "\n", Optional.empty());
    }

    /// What is asked for: that `next` be cosigned as a continuation of the tree of size `old`.
    private record Request(long old, List<Sha256> proof, Checkpoint.Claim next) {
        static Request parse(String head, String note) {
            List<String> lines = List.of(head.split("\n", -1));
            if (!lines.getFirst().startsWith("old ") || lines.size() > 1 + MOST_HASHES) {
                throw new NoteException("a request has an old size and at most 63 hashes");
            }
            return new Request(
                    Checkpoint.decimal(lines.getFirst().substring("old ".length())),
                    lines.stream().skip(1).map(it -> Sha256.copyOf(Base64.parse(it))).toList(),
                    Checkpoint.Claim.parse(note));
        }

        /// Throws unless the proof leads from the old size and this root to the next checkpoint.
        void continues(Sha256 root) {
            if (old == 0 && next.size() > 0) {
                if (!proof.isEmpty()) {
                    throw new ProofException("it is empty from size 0");
                }
                return;
            }
            ProofCheck.consistency(old, root, next.size(), next.root(), proof);
        }
    }
}
