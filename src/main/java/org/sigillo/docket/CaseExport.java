package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;

/// A case to take along, as it lies here: sealed, with its entries.
@ApplicationScoped
public class CaseExport {
    private final CaseDesk cases;
    private final Ledger ledger;
    private final SegmentReader segments;
    private final InstantSource clock;

    CaseExport(CaseDesk cases, Ledger ledger, SegmentReader segments, InstantSource clock) {
        this.cases = cases;
        this.ledger = ledger;
        this.segments = segments;
        this.clock = clock;
    }

    /// Enters that this person takes the whole case away, sealed as it lies; then [#write].
    @Transactional
    public CaseDesk.View export(Id person, Id caseId) {
        CaseDesk.View view = cases.view(person, caseId);
        ledger.append(
                Draft.byPerson(
                        "case.exported/" + caseId + "/" + person + "/" + clock.instant(),
                        person,
                        Optional.of(caseId),
                        nonce -> new CaseEvent.Exported()));
        return view;
    }

    /// Writes a tar (`docs/spec/envelope.md` §11) of what the view's holder may open, all sealed,
    /// with each exhibit's entry as far as it is published.
    public void write(CaseDesk.View view, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        for (Map.Entry<Long, byte[]> grant : view.grants().entrySet()) {
            begin(tar, "grants/" + grant.getKey() + ".age", grant.getValue().length);
            tar.write(grant.getValue());
            tar.closeArchiveEntry();
        }
        for (CaseDesk.Sealed exhibit : view.exhibits()) {
            if (view.grants().containsKey(exhibit.generation())) {
                String folder = "exhibits/" + exhibit.number() + "/";
                begin(tar, folder + "label.age", exhibit.label().length);
                tar.write(exhibit.label());
                tar.closeArchiveEntry();
                Optional<byte[]> proven = proof(exhibit.exhibit());
                if (proven.isPresent()) {
                    byte[] proof = proven.get();
                    begin(tar, folder + "entry.tlog-proof", proof.length);
                    tar.write(proof);
                    tar.closeArchiveEntry();
                }
                for (int i = 0; i < exhibit.segments().size(); i++) {
                    begin(tar, folder + i + ".age", exhibit.segments().get(i).size());
                    try (InputStream in =
                            segments.open(
                                    new SealedSegments.Segment(view.caseId(), exhibit.exhibit(), i),
                                    exhibit.segments().get(i).digest())) {
                        in.transferTo(tar);
                    }
                    tar.closeArchiveEntry();
                }
            }
        }
        for (int i = 0; i < view.replies().size(); i++) {
            Replies.Reply reply = view.replies().get(i);
            if (reply.box().isPresent() && view.grants().containsKey(reply.generation())) {
                begin(tar, "replies/" + (i + 1) + ".age", reply.box().get().length);
                tar.write(reply.box().get());
                tar.closeArchiveEntry();
            }
        }
        tar.finish();
    }

    private Optional<byte[]> proof(Id exhibit) {
        return ledger.proven(Cases.key(exhibit))
                .map(it ->
                        new ProvenEntry(Entry.parse(it.entry()), it.hashes())
                                .tlogProof(it.checkpoint().note())
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
    }
}
