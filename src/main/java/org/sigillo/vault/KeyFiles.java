package org.sigillo.vault;

import io.minio.credentials.Credentials;
import io.minio.credentials.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The store's key from two files, which are read again now and then, and when the store refuses it: a key can be changed while we
/// run.
final class KeyFiles implements Provider {
    private static final long LOOK = Duration.ofSeconds(30).toNanos();
    private static final long LOOK_REFUSED = Duration.ofSeconds(1).toNanos();

    private final S3Settings.KeyPaths files;
    private Credentials read;
    private long looked;

    KeyFiles(S3Settings.KeyPaths files) throws IOException {
        this.files = files;
        this.read = now();
        this.looked = System.nanoTime();
    }

    @Override
    public synchronized Credentials fetch() {
        look(LOOK);
        return read;
    }

    /// Looks at once, or nearly so.
    ///
    /// @return whether the key is another than when it was last used
    synchronized boolean isAnother() {
        return look(LOOK_REFUSED);
    }

    private boolean look(long after) {
        long now = System.nanoTime();
        if (now - looked < after) {
            return false;
        }
        looked = now;
        Credentials before = read;
        try {
            read = now();
        } catch (IOException e) {
            // They are being written: what we have may still do.
            return false;
        }
        return !read.accessKey().equals(before.accessKey())
                || !read.secretKey().equals(before.secretKey());
    }

    private Credentials now() throws IOException {
        return new Credentials(line(files.id()), line(files.secret()), null, null);
    }

    private static String line(Path file) throws IOException {
        String line = Files.readString(file).strip();
        if (line.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        return line;
    }
}
