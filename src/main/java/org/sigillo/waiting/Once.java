package org.sigillo.waiting;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.Sha256;

/// Tokens that count once each while they may be brought at all: work that was done for one is good for one answer, however often, and
/// in however many requests at once, it is brought.
///
/// In memory, so once at each replica, and once more after a restart.
public final class Once {
    /// Of more within the life of a token the first are forgotten; giving out so many costs a machine more than the work is worth.
    private static final int MOST = 1 << 18;

    private final Spent spent = new Spent(MOST);
    private final Set<Long> claimed = new HashSet<>();

    /// A token in the hands of one request.
    public final class Claim implements AutoCloseable {
        private final long mark;

        private Claim(long mark) {
            this.mark = mark;
        }

        /// That it has counted.
        public void spend() {
            synchronized (Once.this) {
                spent.put(mark, Spent.NONE);
            }
        }

        /// Gives it back, if it has not counted.
        @Override
        public void close() {
            synchronized (Once.this) {
                claimed.remove(mark);
            }
        }
    }

    /// A claim on a token, if it has not counted and no other request has it.
    ///
    /// @param token drawn at random and sealed here: nobody can make two whose marks are alike
    public synchronized Optional<Claim> claim(String token) {
        long mark = mark(token);
        return !spent.has(mark) && claimed.add(mark)
                ? Optional.of(new Claim(mark))
                : Optional.empty();
    }

    private static long mark(String token) {
        return ByteBuffer.wrap(Sha256.of(token.getBytes(StandardCharsets.UTF_8)).bytes()).getLong();
    }
}
