package org.sigillo.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.sigillo.people.LedgerExport;

/// All of the ledger as one tar, for programs with an auditor's access token.
@Path("/audit/export")
final class ExportApi {
    private final LedgerExport export;

    ExportApi(LedgerExport export) {
        this.export = export;
    }

    @GET
    @RolesAllowed("auditor")
    public Response export() {
        StreamingOutput body = export::write;
        return Response.ok(body, LedgerExport.TYPE)
                .header("Content-Disposition", LedgerExport.DISPOSITION)
                .build();
    }
}
