package org.sigillo.sealing;

import java.nio.charset.StandardCharsets;
import org.sigillo.bytes.AgeKeys;
import org.sigillo.bytes.Sha256;

/// The public half of a hybrid (ML-KEM-768 and X25519) age key: `age1pq1…`. Whoever has it can seal
/// and cannot open.
public final class HybridRecipient {
    private final byte[] key;
    private final String text;

    private HybridRecipient(byte[] key, String text) {
        this.key = key;
        this.text = text;
    }

    /// Reads `age1pq1…`, lower case, 1,959 characters.
    ///
    /// @throws org.sigillo.bytes.MalformedException on anything that age itself would not seal to
    public static HybridRecipient parse(String text) {
        return new HybridRecipient(AgeKeys.recipient(text), text);
    }

    static HybridRecipient ofKey(byte[] key) {
        return new HybridRecipient(key.clone(), AgeKeys.encode(AgeKeys.RECIPIENT, key));
    }

    byte[] key() {
        return key.clone();
    }

    /// `age1pq1…`
    public String text() {
        return text;
    }

    /// SHA-256 of the ASCII text: how the ledger names a recipient.
    public Sha256 fingerprint() {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HybridRecipient that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.substring(0, 24) + "…";
    }
}
