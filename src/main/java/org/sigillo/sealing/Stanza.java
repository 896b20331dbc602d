package org.sigillo.sealing;

import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.framework.codec.CanonicalBase64;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.List;

/// One stanza of an age header: a file key, wrapped for one recipient.
final class Stanza implements RecipientStanza {
    static final int FILE_KEY = 16;

    /// A wrapped file key: 16 bytes and a Poly1305 tag.
    static final int WRAPPED = 32;

    private final String type;
    private final List<String> arguments;
    private final byte[] body;

    Stanza(String type, List<String> arguments, byte[] body) {
        this.type = type;
        this.arguments = List.copyOf(arguments);
        this.body = body.clone();
    }

    static String encode(byte[] bytes) {
        return new String(CanonicalBase64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
    }

    /// One argument of exactly `length` bytes, in the one base64 spelling that age allows.
    static byte[] decode(String argument, int length) throws InvalidKeyException {
        byte[] bytes;
        try {
            bytes =
                    CanonicalBase64.getDecoder()
                            .decode(argument.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("a stanza's argument is not canonical base64", e);
        }
        if (bytes.length != length) {
            throw new InvalidKeyException("a stanza's argument has the wrong length");
        }
        return bytes;
    }

    /// A wrapped file key of any other length must not even be tried (a longer one would let one
    /// file open differently for different keys).
    static void checkBody(RecipientStanza stanza) throws InvalidKeyException {
        if (stanza.getBody().length != WRAPPED) {
            throw new InvalidKeyException("a stanza's body has the wrong length");
        }
    }

    @Override
    public String getType() {
        return type;
    }

    @Override
    public List<String> getArguments() {
        return arguments;
    }

    @Override
    public byte[] getBody() {
        return body.clone();
    }
}
