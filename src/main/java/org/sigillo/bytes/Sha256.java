package org.sigillo.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A SHA-256 digest (FIPS 180-4): 32 bytes, compared in constant time, written in lower-case hex.
public final class Sha256 implements Comparable<Sha256> {
    /// Bytes in a digest.
    public static final int LENGTH = 32;

    /// 32 zero bytes: stands where there is no digest before this one.
    public static final Sha256 ZERO = new Sha256(new byte[LENGTH]);

    /// Looked up once; only ever copied.
    private static final MessageDigest FRESH = fresh();

    private final byte[] value;

    private Sha256(byte[] value) {
        this.value = value;
    }

    /// The digest of these bytes, one part after the other.
    public static Sha256 of(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return new Sha256(digest.digest());
    }

    /// The digest of one byte and two digests, as in a tree's node.
    public static Sha256 of(byte first, Sha256 left, Sha256 right) {
        byte[] bytes = new byte[1 + 2 * LENGTH];
        bytes[0] = first;
        System.arraycopy(left.value, 0, bytes, 1, LENGTH);
        System.arraycopy(right.value, 0, bytes, 1 + LENGTH, LENGTH);
        return new Sha256(digest().digest(bytes));
    }

    /// The digest of a domain-separating ASCII word followed by these bytes.
    public static Sha256 tagged(String domain, byte[]... parts) {
        MessageDigest digest = digest();
        digest.update(domain.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            digest.update(part);
        }
        return new Sha256(digest.digest());
    }

    /// The digest of everything that is left of a stream, which is not closed.
    public static Sha256 ofRest(InputStream in) throws IOException {
        MessageDigest digest = digest();
        new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return new Sha256(digest.digest());
    }

    /// Takes 32 bytes that are a digest already.
    public static Sha256 copyOf(byte[] digest) {
        if (digest.length != LENGTH) {
            throw new MalformedException(
                    "a SHA-256 digest has 32 bytes, these are " + digest.length);
        }
        return new Sha256(digest.clone());
    }

    /// Takes the 32 bytes at a place.
    public static Sha256 copyOf(byte[] bytes, int from) {
        return new Sha256(Arrays.copyOfRange(bytes, from, from + LENGTH));
    }

    /// Reads 64 lower-case hex digits.
    public static Sha256 parse(String hex) {
        return new Sha256(Hex.parse(hex, LENGTH));
    }

    /// A running digest of the JDK's provider, which is eight times faster than Bouncy Castle's.
    public static MessageDigest digest() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own can be copied", e);
        }
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// A copy of the 32 bytes.
    public byte[] bytes() {
        return value.clone();
    }

    /// 64 lower-case hex digits.
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public int compareTo(Sha256 other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && MessageDigest.isEqual(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
