package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;

/// A checkpoint that two witnesses have cosigned, and notes of it that were made before or are none of it.
class SignedCheckpointTest {
    private final Checkpoint checkpoint = new Checkpoint("log.example", 7, Sha256.ZERO);
    private final NoteSigner log = signer("log.example", 1);
    private final NoteSigner first = cosigner("one.example", 2);
    private final NoteSigner second = cosigner("two.example", 3);
    private final String signed = SignedNote.sign(checkpoint.text(), List.of(log));
    private final String one = first.cosign(checkpoint.text(), 1).line() + "\n";
    private final String two = second.cosign(checkpoint.text(), 2).line() + "\n";
    private final SignedCheckpoint both =
            new SignedCheckpoint(checkpoint, signed, signed + one + two);

    private static NoteSigner signer(String name, int seed) {
        return NoteSigner.ed25519(name, secret(seed));
    }

    private static NoteSigner cosigner(String name, int seed) {
        return NoteSigner.cosigner(name, secret(seed));
    }

    private static SecretBytes secret(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return SecretBytes.takeOwnership(bytes);
    }

    @AfterEach
    void close() {
        log.close();
        first.close();
        second.close();
    }

    @Test
    void a_note_with_some_of_its_lines_was_made_of_it() {
        for (String made : List.of(signed, signed + one, signed + two, both.note())) {
            assertThat(both.asIn(made)).hasValue(new SignedCheckpoint(checkpoint, signed, made));
        }
    }

    @Test
    void a_note_with_another_line_or_with_one_twice_was_not() {
        String another = first.cosign(checkpoint.text(), 9).line() + "\n";
        for (String made :
                List.of(signed + another, both.note() + another, signed + one + one, one, "")) {
            assertThat(both.asIn(made)).as(made).isEmpty();
        }
    }
}
