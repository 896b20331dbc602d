package org.sigillo.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.KeyFile;
import org.sigillo.sealing.SealBrokenException;

/// The keys of a case's generations, opened from their grants, and zeroed on close.
final class Grants implements AutoCloseable {
    private final SortedMap<Long, HybridIdentity> generations = new TreeMap<>();

    private Grants() {}

    /// Opens every grant. The first generation may have been made by the source's own program, in which anybody can write
    /// anything: where others open, one that does not is left out.
    ///
    /// @param names the file of each generation's grant
    /// @throws IllegalArgumentException if none is for this key file
    /// @throws BrokenEvidenceException if one is damaged, or for another key than the rest
    static Grants open(KeyFile keys, Map<Long, String> names, Map<Long, byte[]> files) {
        Grants opened = new Grants();
        boolean all = false;
        try {
            SealBrokenException wrong = null;
            String where = "";
            for (Map.Entry<Long, byte[]> file : files.entrySet()) {
                String name = String.valueOf(names.get(file.getKey()));
                try {
                    opened.generations.put(file.getKey(), open(keys, name, file.getValue()));
                } catch (SealBrokenException e) {
                    if (file.getKey() != 0 || files.size() == 1) {
                        wrong = e;
                        where = name;
                    }
                } catch (BrokenEvidenceException e) {
                    if (file.getKey() != 0 || files.size() == 1) {
                        throw e;
                    }
                }
            }
            if (wrong == null && opened.generations.isEmpty()) {
                throw new IllegalArgumentException("no grant is for this key file");
            }
            if (wrong != null && opened.generations.isEmpty()) {
                // A person's mistake looks the same as a damaged header: the likelier one is said.
                throw new IllegalArgumentException(
                        where + " is not for this key file, or its header is damaged", wrong);
            }
            if (wrong != null) {
                throw Exported.broken(where, "this key file", wrong);
            }
            all = true;
            return opened;
        } finally {
            if (!all) {
                opened.close();
            }
        }
    }

    /// @throws SealBrokenException if it is for another key
    private static HybridIdentity open(KeyFile keys, String name, byte[] grant) {
        byte[] line = new byte[0];
        try {
            // The identity is the key file's, which closes it once every grant is opened.
            line = Age.open(grant, keys.identity());
            return HybridIdentity.parse(
                    new String(line, StandardCharsets.US_ASCII).stripTrailing());
        } catch (SealBrokenException e) {
            if (e.reason() == SealBrokenException.Reason.WRONG_KEY) {
                throw e;
            }
            throw Exported.broken(name, "this key file", e);
        } catch (MalformedException e) {
            throw Exported.broken(name, "a generation's key", e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /// By their numbers.
    SortedMap<Long, HybridIdentity> generations() {
        return generations;
    }

    @Override
    public void close() {
        generations.values().forEach(HybridIdentity::close);
    }
}
