package org.sigillo.sending;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.Padme;

/// Brings one content after the other: not at all what has arrived, only the rest of what was broken off,
/// and the rest from its beginning.
final class Sending {
    private static final int ATTEMPTS = 4;
    private static final int SALT = 32;

    private final Drop drop;
    private final Case mine;
    private final Codename.Derived me;
    private final Doubts doubts;
    private final Watcher watcher;
    private final SecureRandom random;

    Sending(
            Drop drop,
            Case mine,
            Codename.Derived me,
            Doubts doubts,
            Watcher watcher,
            SecureRandom random) {
        this.drop = drop;
        this.mine = mine;
        this.me = me;
        this.doubts = doubts;
        this.watcher = watcher;
        this.random = random;
    }

    /// @param anyway also what has arrived before
    Sent send(Content content, CaseFile file, boolean anyway) throws IOException {
        if (!anyway) {
            Optional<Sent> before = arrived(content, file);
            if (before.isPresent()) {
                return before.get();
            }
        }
        boolean other = false;
        for (CaseFile.Unfinished it : begun(content, file)) {
            Optional<CaseFile.Generation> generation = file.generation(it.generation());
            if (!Transfer.isOf(content, it.exhibit(), it.segments(), me)) {
                other = true;
            } else if (generation.isPresent()) {
                try {
                    return bring(
                            content,
                            place(file, it.exhibit(), it.generation()),
                            mine.traced(file, generation.get()),
                            it.segments());
                } catch (OtherFile e) {
                    other = true;
                }
            } else {
                // Its recipient is not told, and nothing could be added to it.
                watcher.says(
                        "The newsroom has a newer key: what was begun of "
                                + content.shownName()
                                + " is sent again from its beginning.");
                drop.ask("DELETE", "api/exhibits/" + it.exhibit());
            }
        }
        if (other) {
            watcher.says(
                    "What was begun in the size of "
                            + content.shownName()
                            + " is of another file, or this one has changed since: it is sent from its"
                            + " beginning. --list names what is not finished, --give-up removes it.");
        }
        return anew(content, file);
    }

    /// If it is the newsroom's already, by the stubs: a program that was started again sends nothing twice.
    private Optional<Sent> arrived(Content content, CaseFile file) throws IOException {
        Optional<Sha256> digest = Optional.empty();
        for (CaseFile.Arrived it : file.arrived()) {
            if (it.stub().isEmpty()) {
                continue;
            }
            byte[] box = it.stub().get();
            Boxes.Place place = place(file, it.exhibit(), it.generation());
            Optional<Boxes.Stub> read =
                    doubts.whole(it.exhibit(), () -> stub(box, place, it.content()));
            if (read.isEmpty()
                    || read.get().message() != content.isMessage()
                    || read.get().size() != content.size()) {
                continue;
            }
            if (digest.isEmpty()) {
                digest = Optional.of(Cuts.digest(content));
            }
            if (read.get().sha256().equals(digest.get())) {
                return Optional.of(
                        new Sent(content, it.exhibit(), it.number(), digest.get(), true));
            }
        }
        return Optional.empty();
    }

    private Boxes.Stub stub(byte[] box, Boxes.Place place, Sha256 content) {
        return Boxes.stub(box, me.source(), place, mine.newsroom().origins(), content);
    }

    /// What was begun and is of this size, that first of which most has come.
    private List<CaseFile.Unfinished> begun(Content content, CaseFile file) throws IOException {
        List<CaseFile.Unfinished> alike = new ArrayList<>();
        for (CaseFile.Unfinished it : file.unfinished()) {
            Optional<Boxes.Begun> read = doubts.whole(it.exhibit(), () -> begun(it, file));
            if (read.isPresent()
                    && read.get().message() == content.isMessage()
                    && read.get().size() == content.size()) {
                alike.add(it);
            }
        }
        alike.sort(
                Comparator.comparingInt((CaseFile.Unfinished it) -> it.segments().size())
                        .reversed());
        return alike;
    }

    private Boxes.Begun begun(CaseFile.Unfinished it, CaseFile file) {
        Boxes.Begun stub =
                Boxes.begun(
                        it.stub(),
                        me.source(),
                        place(file, it.exhibit(), it.generation()),
                        mine.newsroom().origins());
        if (Padme.paddedSize(stub.size()) != it.size()) {
            throw new BrokenEvidenceException(
                    "padded size of exhibit " + it.exhibit(),
                    "" + Padme.paddedSize(stub.size()),
                    "" + it.size());
        }
        return stub;
    }

    private Sent anew(Content content, CaseFile known) throws IOException {
        CaseFile file = known;
        Id exhibit = Id.random(random);
        for (int attempt = 1; ; attempt++) {
            HybridRecipient recipient = mine.traced(file, file.newest());
            Boxes.Place place = place(file, exhibit, file.newest().number());
            Answer answer =
                    drop.ask(
                            "POST",
                            "api/exhibits",
                            Json.object()
                                    .with("exhibit", exhibit.hex())
                                    .with("generation", place.generation())
                                    .with("size", Padme.paddedSize(content.size()))
                                    .with(
                                            "stub",
                                            Base64.of(
                                                    Boxes.begun(
                                                            place,
                                                            content,
                                                            me.source().recipient()))));
            if (answer.isGood()) {
                return fresh(content, place, recipient);
            }
            if (!answer.isRefusedFor("generation") || attempt == ATTEMPTS) {
                throw answer.refusal();
            }
            file = mine.read().orElseThrow(answer::refusal);
        }
    }

    private Sent fresh(Content content, Boxes.Place place, HybridRecipient recipient)
            throws IOException {
        try {
            return bring(content, place, recipient, new TreeMap<>());
        } catch (OtherFile e) {
            throw new BrokenEvidenceException(
                    "exhibit " + place.exhibit(),
                    "segments of the file that it was begun for",
                    String.valueOf(e.getMessage()));
        }
    }

    private Sent bring(
            Content content,
            Boxes.Place place,
            HybridRecipient recipient,
            SortedMap<Integer, CaseFile.Segment> there)
            throws IOException {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        try {
            Transfer.Done done =
                    new Transfer(drop, mine, me, content, place, recipient, salt, watcher)
                            .bring(there);
            return new Sent(content, place.exhibit(), done.number(), done.sha256(), false);
        } catch (Transfer.Finished e) {
            return arrivedAs(content, place, e.as());
        }
    }

    /// What is finished has arrived, if it is this very file. Whoever had its stub removed has nothing to
    /// compare it with.
    private Sent arrivedAs(Content content, Boxes.Place place, CaseFile.Arrived as)
            throws IOException {
        Sha256 digest = Cuts.digest(content);
        if (as.stub().isPresent()) {
            Boxes.Stub stub = stub(as.stub().get(), place, as.content());
            if (stub.size() != content.size() || !stub.sha256().equals(digest)) {
                throw new OtherFile("exhibit " + place.exhibit() + " is of another file");
            }
        }
        return new Sent(content, place.exhibit(), as.number(), digest, false);
    }

    private Boxes.Place place(CaseFile file, Id exhibit, long generation) {
        return new Boxes.Place(
                mine.newsroom().genesis().opened().origin(), file.id(), exhibit, generation);
    }
}
