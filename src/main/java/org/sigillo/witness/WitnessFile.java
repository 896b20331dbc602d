package org.sigillo.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.Witness;

/// A witness's memory in one file: `{"logs":{<origin>:<last note>},"v":1}`. Each note carries a
/// line by each of the witness's keys, so a damaged file is found out when it is read.
///
/// The file is replaced as a whole. A second program on the same file is refused.
public final class WitnessFile implements Witness.State, AutoCloseable {
    private final Path path;
    private final FileChannel guard;
    private final Map<String, String> notes;
    private final AtomicBoolean failed = new AtomicBoolean();

    private WitnessFile(Path path, FileChannel guard, Map<String, String> notes) {
        this.path = path;
        this.guard = guard;
        this.notes = new ConcurrentHashMap<>(notes);
    }

    /// Makes the file of a witness that has seen nothing.
    public static void create(Path path) throws IOException {
        write(path, Map.of());
    }

    /// Reads what this witness remembers, and keeps other programs from doing so.
    ///
    /// @param own the witness's keys, each of which cosigned each note
    /// @throws BrokenEvidenceException if the file is not what this witness wrote
    public static WitnessFile open(Path given, List<NoteVerifier> own) throws IOException {
        // Whichever link leads to it: what is written beside a link would take the link's place.
        Path path = given.toRealPath();
        FileChannel guard =
                FileChannel.open(
                        sibling(path, ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock = guard.tryLock();
        if (lock == null) {
            guard.close();
            throw new IOException("another witness uses " + path);
        }
        try {
            return new WitnessFile(path, guard, read(path, own));
        } catch (MalformedException | NoteException e) {
            guard.close();
            throw new BrokenEvidenceException(
                    path.toString(),
                    "what this witness cosigned, as it wrote it",
                    String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> read(Path path, List<NoteVerifier> own) throws IOException {
        Json.Obj json = CanonicalJson.parseObject(Files.readAllBytes(path));
        json.only("v", "logs");
        if (json.number("v") != 1) {
            throw new MalformedException("only states of version 1 are known");
        }
        Json.Obj logs = json.object("logs");
        Map<String, String> notes = new TreeMap<>();
        for (String origin : logs.members().keySet()) {
            SignedNote note = SignedNote.parse(logs.text(origin));
            if (note.verify(own).size() < own.size()) {
                throw new NoteException("the note of " + origin + " lacks a line of this witness");
            }
            if (!Checkpoint.parse(note.text()).origin().equals(origin)) {
                throw new NoteException("the note of " + origin + " is another log's");
            }
            notes.put(origin, logs.text(origin));
        }
        return notes;
    }

    @Override
    public Optional<String> latest(String origin) {
        return Optional.ofNullable(notes.get(origin));
    }

    /// After a write that failed nobody knows what the disk holds: from then on every one fails, until
    /// the file is read again.
    @Override
    public void keep(String origin, String note) throws IOException {
        if (failed.getAndSet(true)) {
            throw new IOException(path + " could not be written before; start again");
        }
        Map<String, String> next = new TreeMap<>(notes);
        next.put(origin, note);
        write(path, next);
        notes.put(origin, note);
        failed.set(false);
    }

    private static void write(Path path, Map<String, String> notes) throws IOException {
        Json.Obj logs = Json.object();
        for (Map.Entry<String, String> note : notes.entrySet()) {
            logs = logs.with(note.getKey(), note.getValue());
        }
        ByteBuffer bytes =
                ByteBuffer.wrap(
                        CanonicalJson.encode(Json.object().with("v", 1).with("logs", logs)));
        Path next = sibling(path, ".next");
        try (FileChannel file =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(sibling(path, "").getParent())) {
            folder.force(true);
        }
    }

    private static Path sibling(Path path, String ending) {
        Path whole = path.toAbsolutePath();
        return whole.resolveSibling(whole.getFileName() + ending);
    }

    @Override
    public void close() throws IOException {
        guard.close();
    }
}
