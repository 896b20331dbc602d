package org.sigillo.sending;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridRecipient;

/// Brings one exhibit that is begun: seals cut after cut, hands several in at once, and sends none again
/// that is there and has this file's mark (`docs/spec/envelope.md` §14).
final class Transfer {
    private static final int AT_ONCE = 3;
    private static final int ATTEMPTS = 8;

    /// How often it is looked whether another program has brought what it is bringing.
    private static final int LOOKS = 6;

    /// A sealed segment takes 64 MiB of memory.
    private static final long EACH = 80L << 20;

    private final Drop drop;
    private final Case mine;
    private final Codename.Derived me;
    private final Content content;
    private final Boxes.Place place;
    private final HybridRecipient recipient;
    private final Watcher watcher;
    private final byte[] salt;
    private final Sha256[] cuts;
    private final Sha256[] digests;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /// @param recipient of the exhibit's generation, traced
    /// @param salt fresh
    Transfer(
            Drop drop,
            Case mine,
            Codename.Derived me,
            Content content,
            Boxes.Place place,
            HybridRecipient recipient,
            byte[] salt,
            Watcher watcher) {
        this.drop = drop;
        this.mine = mine;
        this.me = me;
        this.content = content;
        this.place = place;
        this.recipient = recipient;
        this.salt = salt;
        this.watcher = watcher;
        int count = org.sigillo.sealing.SealedContent.segments(content.size());
        this.cuts = new Sha256[count];
        this.digests = new Sha256[count];
        Arrays.fill(cuts, Sha256.ZERO);
        Arrays.fill(digests, Sha256.ZERO);
    }

    /// The exhibit's number, once it is the newsroom's, and the content's SHA-256.
    record Done(long number, Sha256 sha256) {}

    /// Another program of this source has finished it, or this one has and was not told.
    static final class Finished extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient CaseFile.Arrived as;

        private Finished(CaseFile.Arrived as) {
            super("finished");
            this.as = as;
        }

        CaseFile.Arrived as() {
            return as;
        }
    }

    /// Brings what is not there and finishes.
    ///
    /// @param there what the server says has come
    /// @throws OtherFile if what has come is of another file
    /// @throws Finished if it is finished already
    Done bring(SortedMap<Integer, CaseFile.Segment> there) throws IOException {
        Sha256 sha256;
        try (Cuts source = Cuts.open(content)) {
            long already = 0;
            for (int number : there.keySet()) {
                already += source.length(number);
            }
            watcher.begins(content, already);
            inParallel(source, there);
            sha256 = source.whole();
        }
        return new Done(finish(sha256), sha256);
    }

    private void inParallel(Cuts source, SortedMap<Integer, CaseFile.Segment> there)
            throws IOException {
        int atOnce = Math.clamp((Runtime.getRuntime().maxMemory() - EACH) / EACH, 1, AT_ONCE);
        Semaphore places = new Semaphore(atOnce);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        boolean whole = false;
        try {
            for (int number = 0; number < source.count(); number++) {
                CaseFile.Segment known = there.get(number);
                if (known != null) {
                    cuts[number] = source.read(number, OutputStream.nullOutputStream());
                    require(number, known);
                } else {
                    places.acquire();
                    stopIfFailed();
                    SealedCut sealed = SealedCut.of(source, number, recipient);
                    cuts[number] = sealed.cut();
                    int length = source.length(number);
                    threads.execute(() -> carry(sealed, length, places));
                }
            }
            places.acquire(atOnce);
            stopIfFailed();
            whole = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            if (!whole) {
                threads.shutdownNow();
            }
            threads.close();
        }
    }

    private void carry(SealedCut sealed, int length, Semaphore places) {
        try {
            if (failure.get() == null) {
                put(sealed, length);
            }
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        } finally {
            places.release();
        }
    }

    private void stopIfFailed() throws IOException {
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    /// Until it is there, or the server says why it will not be.
    private void put(SealedCut sealed, int length) throws IOException {
        int number = sealed.number();
        Sha256 mark = me.mark(place.exhibit().bytes(), number, sealed.cut(), sealed.digest());
        Map<String, String> headers =
                Map.of(
                        "Content-Digest",
                        "sha-256=" + sequence(sealed.digest()),
                        "Sigillo-Mark",
                        sequence(mark),
                        // What is refused is refused before 64 MiB have gone for nothing.
                        "Expect",
                        "100-continue");
        RequestBody body = sealed.body(length, watcher);
        for (int attempt = 1; ; attempt++) {
            Answer answer =
                    drop.put(
                            "api/exhibits/" + place.exhibit() + "/segments/" + number,
                            body,
                            headers);
            boolean again = answer.isRefusedFor("digest") || answer.isRefusedFor("again");
            if (answer.isGood()) {
                digests[number] = sealed.digest();
                return;
            }
            if (isElsewhere(answer)) {
                if (takenOver(number, answer)) {
                    return;
                }
                // Whoever was at it is gone, or slower than this one.
                again = true;
            }
            if (!again || attempt == ATTEMPTS) {
                throw answer.refusal();
            }
        }
    }

    private static String sequence(Sha256 digest) {
        return ":" + Base64.of(digest.bytes()) + ":";
    }

    /// Whether another program of this source may be the reason.
    private static boolean isElsewhere(Answer answer) {
        return answer.isRefusedFor("taken") || answer.isRefusedFor("no-exhibit");
    }

    /// Whether another program has brought a segment that it had claimed: it will do if it is of this file.
    private boolean takenOver(int number, Answer refused) throws IOException {
        for (int look = 1; ; look++) {
            CaseFile file = mine.read().orElseThrow(refused::refusal);
            requireUnfinished(file);
            CaseFile.Unfinished mine =
                    file.unfinished().stream()
                            .filter(it -> it.exhibit().equals(place.exhibit()))
                            .findFirst()
                            .orElseThrow(refused::refusal);
            CaseFile.Segment segment = mine.segments().get(number);
            if (segment != null) {
                require(number, segment);
                return true;
            }
            if (look == LOOKS) {
                return false;
            }
            drop.meanwhile(look);
        }
    }

    private void requireUnfinished(CaseFile file) {
        for (CaseFile.Arrived it : file.arrived()) {
            if (it.exhibit().equals(place.exhibit())) {
                throw new Finished(it);
            }
        }
    }

    /// That a segment which the server names is of this very file: nobody else could have marked it.
    private void require(int number, CaseFile.Segment known) {
        if (!isMarked(me, place.exhibit(), number, cuts[number], known)) {
            throw new OtherFile(
                    "segment "
                            + number
                            + " of exhibit "
                            + place.exhibit()
                            + " is of another file, or the server does not tell the truth");
        }
        digests[number] = known.digest();
    }

    private static boolean isMarked(
            Codename.Derived me, Id exhibit, int number, Sha256 cut, CaseFile.Segment known) {
        return me.mark(exhibit.bytes(), number, cut, known.digest()).equals(known.mark());
    }

    private long finish(Sha256 sha256) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Boxes.Whole whole = new Boxes.Whole(content, sha256, salt, List.of(digests));
            Answer answer =
                    drop.ask(
                            "POST",
                            "api/exhibits/" + place.exhibit() + "/finish",
                            Json.object()
                                    .with("content", Entry.content(salt, sha256))
                                    .with("label", Base64.of(Boxes.label(place, whole, recipient)))
                                    .with(
                                            "stub",
                                            Base64.of(
                                                    Boxes.stub(
                                                            place,
                                                            whole,
                                                            me.source().recipient()))));
            if (answer.isGood()) {
                return answer.body().number("number");
            }
            if (isElsewhere(answer)) {
                requireUnfinished(mine.read().orElseThrow(answer::refusal));
            }
            if (!answer.isRefusedFor("missing") || attempt == ATTEMPTS) {
                throw answer.refusal();
            }
            sendAgain(missing(answer.body()));
        }
    }

    private List<Integer> missing(Json.Obj body) {
        List<Integer> numbers = new ArrayList<>();
        for (Json value : body.array("missing")) {
            if (!(value instanceof Json.Num(long number)) || number < 0 || number >= cuts.length) {
                throw Answer.malformed("missing segments");
            }
            numbers.add((int) number);
        }
        return numbers;
    }

    private void sendAgain(List<Integer> numbers) throws IOException {
        try (Cuts source = Cuts.open(content)) {
            for (int number : numbers) {
                Sha256 before = cuts[number];
                SealedCut sealed = SealedCut.of(source, number, recipient);
                if (!sealed.cut().equals(before)) {
                    throw content.changed();
                }
                watcher.sent(-source.length(number));
                put(sealed, source.length(number));
            }
        }
    }

    /// Whether an unfinished exhibit begins as this file and goes on so as far as it reaches, by the first and
    /// the last of its segments; nothing speaks against one of which nothing has come.
    static boolean isOf(
            Content content,
            Id exhibit,
            SortedMap<Integer, CaseFile.Segment> there,
            Codename.Derived me)
            throws IOException {
        if (there.isEmpty()) {
            return true;
        }
        try (Cuts source = Cuts.open(content)) {
            for (var it : new LinkedHashSet<>(List.of(there.firstEntry(), there.lastEntry()))) {
                int number = it.getKey();
                Sha256 cut = source.read(number, OutputStream.nullOutputStream());
                if (!isMarked(me, exhibit, number, cut, it.getValue())) {
                    return false;
                }
            }
            return true;
        }
    }
}
