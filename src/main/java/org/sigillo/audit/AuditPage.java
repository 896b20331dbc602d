package org.sigillo.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.ledger.Ledger;

/// What is behind this door, for whoever comes without a program.
@Path("/audit")
final class AuditPage {
    private final Ledger ledger;

    AuditPage(Ledger ledger) {
        this.ledger = ledger;
    }

    @GET
    @PermitAll
    @Produces("text/plain; charset=utf-8")
    public String door() {
        return """
        The ledger %s
        Genesis hash %s

        /log/checkpoint         the last signed checkpoint
        /log/tile/...           the tree's hashes (C2SP tlog-tiles)
        /log/tile/entries/...   the entries, for auditors with an access token
        /audit/proof/<index>    an entry with its proof (C2SP tlog-proof), for auditors; .cose: a COSE receipt
        /audit/export           all of it as a tar, for auditors with an access token

        To check it: sigillo verify --url <this address>/log --genesis genesis.json
        """
                        .formatted(ledger.genesis().opened().origin(), ledger.genesis().hash())
                + before();
    }

    private String before() {
        StringBuilder text = new StringBuilder();
        for (CustodyEvent.Closed closed : ledger.genesis().opened().before()) {
            text.append(
                    """

                    It goes on from %s, which is closed: genesis %s,
                    last witnessed checkpoint of %d entries, root %s
                    """
                            .formatted(
                                    closed.origin(),
                                    closed.genesis(),
                                    closed.size(),
                                    closed.root()));
        }
        return text.toString();
    }
}
