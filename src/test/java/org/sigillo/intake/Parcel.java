package org.sigillo.intake;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.sigillo.bytes.Sha256;
import org.sigillo.stack.Mark;

/// A file that a source sends, known by everything that is its own: its name, words in it, octets of it, its digest, its size.
public record Parcel(String name, byte[] content, List<Mark> marks) {
    static Parcel of(String source, int about, Random random) {
        String words = "words of " + source + " " + drawn(random);
        String name = "minutes " + drawn(random) + " (" + source + ").pdf";
        // No other number of ours is so large and has no divisor.
        int size =
                BigInteger.valueOf(about + random.nextInt(100_000)).nextProbablePrime().intValue();
        byte[] content = new byte[size];
        random.nextBytes(content);
        byte[] octets = words.getBytes(StandardCharsets.UTF_8);
        for (int at : new int[] {0, size / 2, size - octets.length}) {
            System.arraycopy(octets, 0, content, at, octets.length);
        }
        return new Parcel(
                name,
                content,
                List.of(
                        Mark.text(source + "'s file name", name),
                        Mark.text(source + "'s words", words),
                        Mark.bytes(source + "'s octets", Arrays.copyOfRange(content, 1000, 1024)),
                        Mark.bytes(source + "'s digest", Sha256.of(content).bytes()),
                        Mark.number(source + "'s size", size)));
    }

    static String drawn(Random random) {
        byte[] drawn = new byte[5];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    public SourceBrowser.Part part() {
        return SourceBrowser.Part.file(name, content);
    }

    public String digest() {
        return Sha256.of(content).hex();
    }
}
