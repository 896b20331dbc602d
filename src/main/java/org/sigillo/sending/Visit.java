package org.sigillo.sending;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Receipt;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealedContent;

/// A source at a newsroom: first it sees who that is, then it enters with its codename.
public final class Visit implements AutoCloseable {
    private static final Duration OFTEN = Duration.ofSeconds(2);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    private final Line line;
    private final Watcher watcher;
    private final SecureRandom random;
    private final Doubts doubts = new Doubts();
    private Newsroom newsroom;
    private boolean mayBegin;
    private Codename.@Nullable Derived me;
    private @Nullable Drop drop;
    private @Nullable Case mine;

    Visit(Line line, Newsroom newsroom, Watcher watcher, SecureRandom random) {
        this.line = line;
        this.newsroom = newsroom;
        this.watcher = watcher;
        this.random = random;
    }

    public Newsroom newsroom() {
        return newsroom;
    }

    /// With a codename. Nothing is asked of the server yet.
    ///
    /// @param fresh whether it was made just now: only then may a case begin
    public void enter(Codename codename, boolean fresh) {
        mayBegin = fresh;
        me = codename.derive(newsroom.instance());
        drop = new Drop(line, me, fresh);
        mine = new Case(drop, line, me, newsroom, random);
    }

    private Codename.Derived me() {
        return Objects.requireNonNull(me, "nobody has entered");
    }

    private Drop drop() {
        return Objects.requireNonNull(drop, "nobody has entered");
    }

    private Case mine() {
        return Objects.requireNonNull(mine, "nobody has entered");
    }

    private CaseFile file() throws IOException {
        return mine().read().orElseThrow(Visit::nothing);
    }

    private CaseFile whole() throws IOException {
        return from(1);
    }

    private CaseFile from(long number) throws IOException {
        return mine().read(number).orElseThrow(Visit::nothing);
    }

    private static IllegalArgumentException nothing() {
        return new IllegalArgumentException(
                "nothing has arrived under this codename: it may be mistyped. A new one is made"
                        + " with --new");
    }

    /// Brings all of these, in their order, and goes on with what was broken off.
    ///
    /// @param anyway also what has arrived before, once more
    /// @param arrived is told of each as soon as it is the newsroom's
    /// @throws IllegalArgumentException if the codename has no case and may begin none, or if something
    ///     must not be sent; nothing has been sent then
    public void send(List<Content> contents, boolean anyway, Consumer<Sent> arrived)
            throws IOException {
        Optional<CaseFile> found = mine().read();
        if (found.isEmpty() && !mayBegin) {
            throw nothing();
        }
        requireAllowed(contents, found);
        CaseFile file = found.isPresent() ? found.get() : mine().begin();
        newsroom = mine().newsroom();
        Sending sending = new Sending(drop(), mine(), me(), doubts, watcher, random);
        for (Content content : contents) {
            arrived.accept(sending.send(content, file, anyway));
            file = file();
        }
    }

    private void requireAllowed(List<Content> contents, Optional<CaseFile> found) {
        for (Content content : contents) {
            if (content.size() > newsroom.limits().largest()) {
                throw new IllegalArgumentException(
                        content.shownName()
                                + " is larger than the newsroom takes, "
                                + newsroom.limits().largest()
                                + " bytes: cut it into parts (name.001, name.002 …)");
            }
        }
        long least = newsroom.limits().firstMessage();
        boolean first = found.map(it -> it.arrived().isEmpty()).orElse(true);
        boolean said = contents.getFirst().isMessage() && contents.getFirst().characters() >= least;
        if (first && least > 0 && !said) {
            throw new IllegalArgumentException(
                    "the newsroom asks for a message of at least "
                            + least
                            + " characters, white space left out, before anything else: give one"
                            + " with --message");
        }
    }

    /// What has arrived, what is not finished, and what the newsroom answered.
    public Told told() throws IOException {
        CaseFile file = whole();
        List<Told.Arrived> arrived = new ArrayList<>();
        for (CaseFile.Arrived it : file.arrived()) {
            Optional<Boxes.Stub> stub = stub(file, it);
            if (!doubts.of(it.exhibit())) {
                Optional<Told.Contents> contents =
                        stub.map(of -> new Told.Contents(of.message(), of.size(), of.sha256()));
                arrived.add(
                        new Told.Arrived(
                                it.exhibit(), it.number(), it.day(), contents, it.index()));
            }
        }
        List<Told.Begun> begun = new ArrayList<>();
        for (CaseFile.Unfinished it : file.unfinished()) {
            Boxes.Place place = place(file.id(), it.exhibit(), it.generation());
            doubts.whole(
                            it.exhibit(),
                            () -> Boxes.begun(it.stub(), me().source(), place, newsroom.origins()))
                    .ifPresent(stub ->
                            begun.add(
                                    new Told.Begun(
                                            it.exhibit(),
                                            stub.message(),
                                            stub.size(),
                                            it.segments().size(),
                                            SealedContent.segments(it.size()))));
        }
        return new Told(
                arrived,
                begun,
                file.replies().stream().map(it -> answered(file, it)).toList(),
                file.wishes().stream()
                        .map(it -> new Told.Wished(it.wish(), it.day(), it.settled()))
                        .toList());
    }

    private Told.Answered answered(CaseFile file, CaseFile.Reply it) {
        Optional<String> text = Optional.empty();
        try {
            if (it.box().isPresent()) {
                text =
                        Optional.of(
                                Boxes.reply(
                                        it.box().get(),
                                        me().source(),
                                        file.id(),
                                        it.id(),
                                        it.generation(),
                                        it.writer(),
                                        newsroom.origins()));
            }
        } catch (BrokenEvidenceException e) {
            // A reviewer's program may be wrong, and stops nobody.
            watcher.says("An answer of " + it.day() + " cannot be read: " + e.getMessage());
        }
        return new Told.Answered(it.id(), it.day(), it.writer(), it.seen(), text);
    }

    /// What of the case is not as it should be, by exhibits: it was left out of what was told
    /// and given, and held to be nothing that has arrived or was begun.
    public Map<Id, BrokenEvidenceException> broken() {
        return doubts.all();
    }

    /// Says that these answers were read.
    public void seen(List<Id> replies) throws IOException {
        if (!replies.isEmpty()) {
            drop().ask(
                            "POST",
                            "api/replies/seen",
                            Json.object()
                                    .with(
                                            "replies",
                                            Json.texts(replies.stream().map(Id::hex).toList())))
                    .good();
        }
    }

    /// Removes an exhibit that is not finished.
    ///
    /// @throws IllegalArgumentException if there is none
    public void giveUp(Id exhibit) throws IOException {
        // The server says yes to any: giving up twice changes nothing.
        if (file().unfinished().stream().noneMatch(it -> it.exhibit().equals(exhibit))) {
            throw new IllegalArgumentException(
                    "there is no such unfinished exhibit: "
                            + exhibit
                            + ". --list shows what is unfinished");
        }
        drop().ask("DELETE", "api/exhibits/" + exhibit).good();
    }

    /// Removes what is told of an exhibit; what was sent stays.
    ///
    /// @param number of the exhibit
    /// @throws IllegalArgumentException if there is none
    public void forget(long number) throws IOException {
        Id exhibit =
                whole().arrived().stream()
                        .filter(it -> it.number() == number)
                        .findFirst()
                        .map(CaseFile.Arrived::exhibit)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "nothing of number "
                                                + number
                                                + " has arrived. --list shows"
                                                + " what has"));
        drop().ask("POST", "api/exhibits/" + exhibit + "/forget").good();
    }

    /// Removes an answer.
    ///
    /// @param number counts all that came, from 1 on
    /// @throws IllegalArgumentException if there is none
    public void removeAnswer(int number) throws IOException {
        List<CaseFile.Reply> replies = file().replies();
        if (number < 1 || number > replies.size()) {
            throw new IllegalArgumentException(
                    "there is no answer of number " + number + ". --list shows them");
        }
        drop().ask("POST", "api/replies/" + replies.get(number - 1).id() + "/remove").good();
    }

    /// Asks the newsroom for something that cannot be taken back.
    ///
    /// @throws IllegalArgumentException if nothing has arrived
    public void wish(CaseEvent.Wish wish) throws IOException {
        if (file().arrived().isEmpty()) {
            throw nothing();
        }
        drop().ask("POST", "api/wishes", Json.object().with("wish", wish.word())).good();
    }

    /// Waits until each of these has its entry in the ledger.
    public void await(Set<Id> exhibits) throws IOException {
        long beat = newsroom.limits().beat();
        Duration pause = beat < 4 * OFTEN.toSeconds() ? OFTEN : SELDOM;
        OptionalLong waiting = whole().waiting(exhibits);
        while (waiting.isPresent()) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            waiting = from(waiting.getAsLong()).waiting(exhibits);
        }
    }

    /// The receipts of what has its entry and its stub, by the exhibits' numbers, each verified.
    ///
    /// @param exhibits of these; of all where there are none
    /// @throws BrokenEvidenceException if one does not hold
    public Map<Long, String> receipts(Set<Id> exhibits) throws IOException {
        CaseFile file = whole();
        Map<Long, String> receipts = new TreeMap<>();
        for (CaseFile.Arrived it : file.arrived()) {
            Optional<Boxes.Stub> stub = stub(file, it);
            boolean wanted = exhibits.isEmpty() || exhibits.contains(it.exhibit());
            if (wanted && it.index().isPresent() && stub.isPresent()) {
                receipts.put(it.number(), receipt(file.id(), it, stub.get()));
            }
        }
        return receipts;
    }

    private String receipt(Id caseId, CaseFile.Arrived it, Boxes.Stub stub) throws IOException {
        Proof proof =
                Proof.parse(drop().get("api/exhibits/" + it.exhibit() + "/proof").good().body());
        proof.entryIn(newsroom.ledgers(), "the entry of exhibit " + it.number());
        String text =
                Receipt.text(
                        caseId,
                        it.exhibit(),
                        stub.salt(),
                        proof.entry(),
                        proof.index(),
                        proof.hashes(),
                        proof.checkpoint());
        Receipt receipt = Receipt.parse(text);
        Genesis ledger = newsroom.ledgers().of(proof.checkpoint());
        receipt.verify(ledger.opened().origin(), Ledgers.keys(ledger));
        receipt.verifyContent(stub.sha256());
        return text;
    }

    private Optional<Boxes.Stub> stub(CaseFile file, CaseFile.Arrived it) throws IOException {
        if (it.stub().isEmpty()) {
            return Optional.empty();
        }
        byte[] box = it.stub().get();
        Boxes.Place place = place(file.id(), it.exhibit(), it.generation());
        return doubts.whole(
                it.exhibit(),
                () -> Boxes.stub(box, me().source(), place, newsroom.origins(), it.content()));
    }

    private Boxes.Place place(Id caseId, Id exhibit, long generation) {
        return new Boxes.Place(newsroom.genesis().opened().origin(), caseId, exhibit, generation);
    }

    /// To whom receipts may be sealed: only the codename opens what is.
    public HybridRecipient self() {
        return me().source().recipient();
    }

    /// Ends the session.
    @Override
    public void close() {
        if (drop != null) {
            drop.leave();
        }
        if (me != null) {
            me.close();
        }
        line.close();
    }
}
