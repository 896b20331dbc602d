package org.sigillo.vault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.sigillo.bytes.Sha256;

/// A program that fills a disk by way of a vault, and says what came of it.
final class FullDisk {
    private FullDisk() {}

    /// @param args the folder, and which objects: `segments` or `tile`, which nothing is kept free from
    public static void main(String[] args) throws IOException {
        byte[] bytes = new byte[1 << 20];
        try (FolderVault vault = new FolderVault(Path.of(args[0]), 0, InstantSource.system())) {
            int kept = 0;
            String failed = "nothing";
            try {
                for (; kept < 100; kept++) {
                    vault.put(args[1] + "/f/" + kept, bytes);
                }
            } catch (IOException e) {
                failed = e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            List<String> listed = vault.list(args[1]);
            boolean whole = true;
            for (String address : listed) {
                whole &= vault.digest(address).equals(Sha256.of(bytes));
            }
            vault.removeStaged(args[1] + "/f/0");
            vault.put(args[1] + "/f/" + kept, bytes);
            System.out.println(failed + "; " + (listed.size() == kept) + "; " + whole + "; again");
        }
    }
}
