package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.sealing.SealBrokenException.Reason;

class AgeTest {
    private final HybridIdentity reader = Keys.identity(1);
    private final HybridIdentity other = Keys.identity(2);

    @Nested
    class A_sealed_file {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131072, 200_000})
        void opens_to_what_was_sealed_and_has_the_size_foretold(int length) {
            byte[] content = Keys.content(length);
            byte[] sealed = Age.seal(content, reader.recipient());
            assertThat(sealed).hasSize((int) Age.sealedSize(length));
            assertThat(Age.open(sealed, reader)).isEqualTo(content);
        }

        @Test
        void opens_for_each_of_its_recipients_and_nobody_else() {
            byte[] sealed = Age.seal(Keys.content(9), reader.recipient(), other.recipient());
            assertThat(Age.open(sealed, reader)).isEqualTo(Keys.content(9));
            assertThat(Age.open(sealed, other)).isEqualTo(Keys.content(9));
            assertThatThrownBy(() -> Age.open(sealed, Keys.identity(3)))
                    .extracting("reason")
                    .isEqualTo(Reason.WRONG_KEY);
        }

        @Test
        void never_has_the_same_bytes_twice() {
            assertThat(Age.seal(new byte[5], reader.recipient()))
                    .isNotEqualTo(Age.seal(new byte[5], reader.recipient()));
        }

        @Test
        void takes_42_recipients_and_refuses_none_or_more() {
            HybridRecipient[] most = new HybridRecipient[Age.MAX_RECIPIENTS];
            Arrays.fill(most, other.recipient());
            most[Age.MAX_RECIPIENTS - 1] = reader.recipient();
            assertThat(Age.open(Age.seal(new byte[3], most), reader)).hasSize(3);
            assertThatThrownBy(() -> Age.seal(new byte[3]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() ->
                            Age.seal(new byte[3], Arrays.copyOf(most, Age.MAX_RECIPIENTS + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void does_not_open_after_any_bit_has_changed() {
            byte[] sealed = Age.seal(Keys.content(40), reader.recipient());
            for (int i = 0; i < sealed.length; i += i < 1500 && i > 100 ? 37 : 1) {
                byte[] damaged = sealed.clone();
                damaged[i] ^= 1;
                assertThatThrownBy(() -> Age.open(damaged, reader))
                        .as("bit flipped in byte %s", i)
                        .isInstanceOf(SealBrokenException.class);
            }
        }

        @Test
        void does_not_open_when_cut_anywhere_or_lengthened() {
            byte[] sealed = Age.seal(Keys.content(131072), reader.recipient());
            for (int length = 0; length < sealed.length; length += length < 1800 ? 29 : 4001) {
                byte[] cut = Arrays.copyOf(sealed, length);
                assertThatThrownBy(() -> Age.open(cut, reader))
                        .as("cut to %s", length)
                        .isInstanceOf(SealBrokenException.class);
            }
            for (int more : new int[] {1, 15, 16, 17, 65552, 70000}) {
                byte[] longer = Arrays.copyOf(sealed, sealed.length + more);
                assertThatThrownBy(() -> Age.open(longer, reader))
                        .as("%s bytes more", more)
                        .isInstanceOf(SealBrokenException.class);
            }
        }
    }

    @Nested
    class Writing {
        private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65536, 100_000})
        void without_finish_leaves_nothing_that_opens(int length) throws IOException {
            try (Age.Writer writer = Age.sealing(sink, reader.recipient())) {
                writer.write(Keys.content(length));
            }
            assertThatThrownBy(() -> Age.open(sink.toByteArray(), reader))
                    .isInstanceOf(SealBrokenException.class);
        }

        @Test
        void after_abort_or_finish_is_refused() throws IOException {
            Age.Writer aborted = Age.sealing(sink, reader.recipient());
            aborted.abort();
            assertThatThrownBy(() -> aborted.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(aborted::finish).isInstanceOf(IOException.class);
            Age.Writer finished = Age.sealing(sink, reader.recipient());
            finished.finish();
            assertThatThrownBy(() -> finished.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(finished::finish).isInstanceOf(IOException.class);
        }

        @Test
        void into_a_sink_that_failed_once_is_over() throws IOException {
            Failing failing = new Failing();
            Age.Writer writer = Age.sealing(failing, reader.recipient());
            failing.fails = true;
            assertThatThrownBy(() -> writer.write(Keys.content(200_000)))
                    .isInstanceOf(IOException.class);
            failing.fails = false;
            assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
            writer.close();
            assertThatThrownBy(() -> Age.open(failing.kept.toByteArray(), reader))
                    .isInstanceOf(SealBrokenException.class);
        }

        @Test
        void in_small_pieces_gives_the_same_content() throws IOException {
            byte[] content = Keys.content(70_000);
            try (Age.Writer writer = Age.sealing(sink, reader.recipient())) {
                for (int i = 0; i < content.length; i += 7) {
                    writer.write(content, i, Math.min(7, content.length - i));
                }
                writer.finish();
            }
            assertThat(Age.open(sink.toByteArray(), reader)).isEqualTo(content);
        }
    }

    @Nested
    class Reading {
        @Test
        void gives_out_only_chunks_that_were_authenticated() throws IOException {
            byte[] content = Keys.content(3 * 65536);
            byte[] sealed = Age.seal(content, reader.recipient());
            sealed[sealed.length - 70_000] ^= 1;
            byte[] got = new byte[content.length];
            int length = 0;
            SealBrokenException failure = null;
            try (InputStream plain = Age.opening(new ByteArrayInputStream(sealed), reader)) {
                while (failure == null) {
                    length += Math.max(0, plain.read(got, length, 1000));
                }
            } catch (SealBrokenException e) {
                failure = e;
            }
            assertThat(failure).isNotNull();
            assertThat(failure.reason()).isEqualTo(Reason.PAYLOAD);
            assertThat(length).isLessThanOrEqualTo(65536);
            assertThat(Arrays.copyOf(got, length)).isEqualTo(Arrays.copyOf(content, length));
        }

        @Test
        void is_over_after_a_failure() throws IOException {
            byte[] sealed = Age.seal(Keys.content(10), reader.recipient());
            sealed[sealed.length - 1] ^= 1;
            InputStream plain = Age.opening(new ByteArrayInputStream(sealed), reader);
            assertThatThrownBy(plain::read).isInstanceOf(SealBrokenException.class);
            assertThatThrownBy(plain::read).isInstanceOf(IOException.class);
        }

        @Test
        void from_a_broken_source_is_a_fault_and_no_broken_seal() throws IOException {
            byte[] sealed = Age.seal(Keys.content(200_000), reader.recipient());
            InputStream broken = new Breaking(sealed, 150_000);
            InputStream plain = Age.opening(broken, reader);
            assertThatThrownBy(plain::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk broke");
            assertThatThrownBy(() -> Age.opening(new Breaking(sealed, 100), reader))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk broke");
        }

        @Test
        void closes_its_source() throws IOException {
            Breaking source = new Breaking(Age.seal(new byte[3], reader.recipient()), 1 << 30);
            Age.opening(source, reader).close();
            assertThat(source.closed).isTrue();
        }
    }

    private static final class Failing extends OutputStream {
        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        boolean fails;

        @Override
        public void write(int b) throws IOException {
            if (fails) {
                throw new IOException("the disk is full");
            }
            kept.write(b);
        }
    }

    private static final class Breaking extends InputStream {
        private final InputStream whole;
        private int left;
        boolean closed;

        Breaking(byte[] bytes, int left) {
            this.whole = new ByteArrayInputStream(bytes);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left-- <= 0) {
                throw new IOException("the disk broke");
            }
            return whole.read();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
