package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Receipt;
import org.sigillo.custody.Statement;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// What a sender's program asks for before it believes a recipient, and to make a receipt itself.
@ApplicationScoped
public class Tracing {
    private final Ledger ledger;
    private final DocketRows rows;

    Tracing(Ledger ledger, DocketRows rows) {
        this.ledger = ledger;
        this.rows = rows;
    }

    /// A generation, and whence it is.
    ///
    /// @param keepsake of generation 0, if its sender's program made it
    /// @param made of a later one
    public record Traced(
            long generation, String recipient, Optional<Sha256> keepsake, Optional<Made> made) {}

    /// A reviewer's signed act that made a generation.
    public record Made(Nonce nonce, Id person, Statement statement) {}

    /// An entry, and that it is in a signed tree.
    ///
    /// @param note the signed checkpoint
    public record Proof(byte[] entry, long index, List<Sha256> hashes, String note) {
        public Proof {
            entry = entry.clone();
            hashes = List.copyOf(hashes);
        }
    }

    /// The newest generation of a case.
    @Transactional
    public Traced newest(Id caseId) {
        CaseRow row = rows.byId(caseId.hex());
        return traced(caseId, row, Narrow.generations(ledger, rows, row).getLast());
    }

    /// Those of these generations that are not the newest: what was begun under one of them goes on under it.
    @Transactional
    public List<Traced> earlier(Id caseId, Set<Long> generations) {
        CaseRow row = rows.byId(caseId.hex());
        List<GenerationRow> found = Narrow.generations(ledger, rows, row);
        return found.stream()
                .filter(it -> generations.contains(it.generation))
                .filter(it -> it.generation != found.getLast().generation)
                .map(it -> traced(caseId, row, it))
                .toList();
    }

    private Traced traced(Id caseId, CaseRow row, GenerationRow it) {
        boolean first = it.generation == 0;
        return new Traced(
                it.generation,
                it.recipient,
                first ? Optional.ofNullable(row.keepsake).map(Sha256::copyOf) : Optional.empty(),
                first ? Optional.empty() : Optional.of(made(caseId, it.generation)));
    }

    private Made made(Id caseId, long generation) {
        Optional<Recorded> event = ledger.find(Cases.generation(caseId, generation));
        if (event.isPresent()
                && event.get().event().fact() instanceof CaseEvent.GenerationMade fact
                && fact.generation() == generation) {
            return new Made(
                    Nonce.copyOf(event.get().nonce()),
                    event.get().event().person().orElseThrow(),
                    fact.statement());
        }
        throw new BrokenEvidenceException(
                "generation " + generation + " of case " + caseId, "an event", "none");
    }

    /// The entry by which a case began; nothing before the beat.
    public Optional<Proof> opened(Id caseId) {
        return proof(Cases.opened(caseId));
    }

    /// The entry of an exhibit; nothing before the beat.
    public Optional<Proof> exhibit(Id exhibit) {
        return proof(Cases.key(exhibit));
    }

    /// The receipt of an exhibit, once the beat published it: in the first checkpoint that is witnessed,
    /// or in the first one as long as none is, so that it does not say when it was asked for.
    ///
    /// @param salt from the source's stub
    public Optional<String> receipt(Id caseId, Id exhibit, byte[] salt) {
        return ledger.proven(Cases.key(exhibit))
                .map(it ->
                        Receipt.text(
                                caseId,
                                exhibit,
                                salt,
                                it.entry(),
                                it.index(),
                                it.hashes(),
                                it.checkpoint().note()));
    }

    private Optional<Proof> proof(String key) {
        return ledger.proven(key)
                .map(it -> new Proof(it.entry(), it.index(), it.hashes(), it.checkpoint().note()));
    }
}
