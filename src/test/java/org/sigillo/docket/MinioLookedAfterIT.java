package org.sigillo.docket;

import java.io.IOException;
import java.nio.file.Path;
import org.sigillo.vault.S3Server;

/// The same in MinIO.
class MinioLookedAfterIT extends StoreLookedAfter {
    @Override
    S3Server server(Path folder) throws IOException {
        return S3Server.minio(folder);
    }
}
