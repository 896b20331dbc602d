package org.sigillo.audit;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.ledger.Ledger;
import org.sigillo.web.Language;

/// What is behind this door, for whoever comes without a program; in the browser's language.
@Path("/audit")
final class AuditPage {
    private final Ledger ledger;

    AuditPage(Ledger ledger) {
        this.ledger = ledger;
    }

    @GET
    @PermitAll
    public Response door(@HeaderParam("Accept-Language") @Nullable String accept) {
        Language language = Language.preferred(Optional.ofNullable(accept));
        return Response.ok(text(language, ledger.genesis()), "text/plain; charset=utf-8")
                .header(HttpHeaders.CONTENT_LANGUAGE, language.code())
                .build();
    }

    static String text(Language language, Genesis genesis) {
        StringBuilder text =
                new StringBuilder(
                        what(language).formatted(genesis.opened().origin(), genesis.hash()));
        for (CustodyEvent.Closed closed : genesis.opened().before()) {
            text.append(
                    before(language)
                            .formatted(
                                    closed.origin(),
                                    closed.genesis(),
                                    closed.size(),
                                    closed.root()));
        }
        return text.toString();
    }

    private static String what(Language language) {
        return switch (language) {
            case EN ->
                    """
                    The ledger %s
                    Genesis hash %s

                    /log/checkpoint         the last signed checkpoint
                    /log/tile/...           the tree's hashes (C2SP tlog-tiles)
                    /log/tile/entries/...   the entries, for auditors with an access token
                    /audit/proof/<index>    an entry with its proof (C2SP tlog-proof), for auditors; .cose: a COSE receipt
                    /audit/export           all of it as a tar, for auditors with an access token

                    To check it: sigillo verify --url <this address>/log --genesis genesis.json
                    """;
            case FR ->
                    """
                    Le registre %s
                    Empreinte de la genèse %s

                    /log/checkpoint         le dernier point de contrôle signé
                    /log/tile/...           les empreintes de l’arbre (C2SP tlog-tiles)
                    /log/tile/entries/...   les inscriptions, pour l’audit, avec un jeton d’accès
                    /audit/proof/<index>    une inscription avec sa preuve (C2SP tlog-proof), pour l’audit ; .cose : un reçu COSE
                    /audit/export           le tout dans un tar, pour l’audit, avec un jeton d’accès

                    Pour le vérifier : sigillo verify --url <cette adresse>/log --genesis genesis.json
                    """;
            case DE ->
                    """
                    Das Register %s
                    Hash der Genesis %s

                    /log/checkpoint         der letzte signierte Checkpoint
                    /log/tile/...           die Hashes des Baums (C2SP tlog-tiles)
                    /log/tile/entries/...   die Einträge, für die Revision, mit einem Zugriffstoken
                    /audit/proof/<index>    ein Eintrag mit seinem Beweis (C2SP tlog-proof), für die Revision; .cose: eine COSE-Quittung
                    /audit/export           alles als tar, für die Revision, mit einem Zugriffstoken

                    So wird es geprüft: sigillo verify --url <diese Adresse>/log --genesis genesis.json
                    """;
            case IT ->
                    """
                    Il registro %s
                    Impronta della genesi %s

                    /log/checkpoint         l’ultimo checkpoint firmato
                    /log/tile/...           le impronte dell’albero (C2SP tlog-tiles)
                    /log/tile/entries/...   le iscrizioni, per la revisione, con un token di accesso
                    /audit/proof/<index>    un’iscrizione con la sua prova (C2SP tlog-proof), per la revisione; .cose: una ricevuta COSE
                    /audit/export           tutto in un tar, per la revisione, con un token di accesso

                    Per verificarlo: sigillo verify --url <questo indirizzo>/log --genesis genesis.json
                    """;
        };
    }

    private static String before(Language language) {
        return switch (language) {
            case EN ->
                    """

                    It goes on from %s, which is closed: genesis %s,
                    last witnessed checkpoint of %d entries, root %s
                    """;
            case FR ->
                    """

                    Il continue %s, qui est clos : genèse %s,
                    dernier point de contrôle attesté de %d inscriptions, racine %s
                    """;
            case DE ->
                    """

                    Es setzt %s fort, das geschlossen ist: Genesis %s,
                    letzter bezeugter Checkpoint über %d Einträge, Wurzel %s
                    """;
            case IT ->
                    """

                    Continua %s, che è chiuso: genesi %s,
                    ultimo checkpoint attestato di %d iscrizioni, radice %s
                    """;
        };
    }
}
