package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.SealBrokenException.Reason;

/// Content through [SegmentSealer] into a fake vault, and back through [ContentReader].
class SegmentsTest {
    private static final int SEGMENT = SegmentSealer.SEGMENT;

    private final HybridIdentity key = Keys.identity(1);
    private final FakeVault vault = new FakeVault();

    @Nested
    class Sealing {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65535, 65536, 65537, 1_000_000})
        void gives_back_the_very_bytes_and_shows_only_the_padded_size(int length)
                throws IOException {
            byte[] content = Keys.content(length);
            SealedContent sealed = seal(content);
            assertThat(sealed.plaintext()).isEqualTo(Sha256.of(content));
            assertThat(sealed.size()).isEqualTo(length);
            assertThat(sealed.paddedSize()).isEqualTo(Padme.paddedSize(length));
            assertThat(vault.segments).hasSize(1);
            assertThat(vault.segments.getFirst())
                    .hasSize((int) Age.sealedSize(sealed.paddedSize()));
            assertThat(read(sealed)).isEqualTo(content);
        }

        @Test
        void cuts_every_64_MiB_and_lets_padding_add_a_segment() throws IOException {
            // One byte more than a segment: 2 MiB of padding, in a second segment.
            byte[] content = Keys.content(SEGMENT + 1);
            SealedContent sealed = seal(content);
            assertThat(vault.segments).hasSize(2);
            assertThat(sealed.segments())
                    .containsExactly(
                            Sha256.of(vault.segments.get(0)), Sha256.of(vault.segments.get(1)));
            assertThat(vault.digests).isEqualTo(sealed.segments());
            assertThat(vault.segments.get(0)).hasSize((int) Age.sealedSize(SEGMENT));
            assertThat(vault.segments.get(1))
                    .hasSize((int) Age.sealedSize(sealed.paddedSize() - SEGMENT));
            assertThat(SealedContent.segments(content.length)).isEqualTo(2);
            assertThat(Sha256.of(read(sealed))).isEqualTo(Sha256.of(content));
        }

        @Test
        void of_exactly_one_segment_needs_no_second() throws IOException {
            SealedContent sealed = seal(new byte[SEGMENT]);
            assertThat(sealed.paddedSize()).isEqualTo(SEGMENT);
            assertThat(vault.segments).hasSize(1);
        }

        @Test
        void lets_stock_tools_rebuild_the_content_by_open_cat_and_head() throws IOException {
            byte[] content = Keys.content(70_000);
            seal(content);
            byte[] opened = Age.open(vault.segments.getFirst(), key);
            assertThat(Arrays.copyOf(opened, content.length)).isEqualTo(content);
            assertThat(Arrays.copyOfRange(opened, content.length, opened.length)).containsOnly(0);
        }
    }

    @Nested
    class Aborted {
        @Test
        void nothing_of_the_open_segment_is_committed() throws IOException {
            try (SegmentSealer sealer = new SegmentSealer(key.recipient(), vault)) {
                sealer.write(Keys.content(100_000));
            }
            assertThat(vault.segments).isEmpty();
            assertThat(vault.aborted).isEqualTo(1);
            assertThatThrownBy(() -> Age.open(vault.last.toByteArray(), key))
                    .isInstanceOf(SealBrokenException.class);
        }

        @Test
        void tells_how_many_segments_are_to_be_removed() throws IOException {
            SegmentSealer sealer = new SegmentSealer(key.recipient(), vault);
            sealer.write(new byte[SEGMENT + 10]);
            sealer.abort();
            sealer.abort();
            assertThat(sealer.completed()).isEqualTo(1);
            assertThat(vault.segments).hasSize(1);
            assertThat(vault.aborted).isEqualTo(1);
            assertThatThrownBy(sealer::finish).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> sealer.write(1)).isInstanceOf(IOException.class);
        }

        @Test
        void by_itself_when_the_vault_fails() throws IOException {
            SegmentSealer sealer = new SegmentSealer(key.recipient(), vault);
            vault.room = 100_000;
            assertThatThrownBy(() -> sealer.write(new byte[1_000_000]))
                    .hasMessage("the vault is full");
            assertThat(vault.aborted).isEqualTo(1);
            assertThatThrownBy(sealer::finish).isInstanceOf(IOException.class);
            assertThat(vault.segments).isEmpty();
        }

        @Test
        void by_itself_when_the_commit_fails() throws IOException {
            SegmentSealer sealer = new SegmentSealer(key.recipient(), vault);
            vault.commits = false;
            sealer.write(new byte[10]);
            assertThatThrownBy(sealer::finish).hasMessage("the commit failed");
            assertThat(vault.aborted).isEqualTo(1);
            assertThat(sealer.completed()).isZero();
        }
    }

    @Nested
    class Opening_refuses {
        private final byte[] content = Keys.content(100_000);

        private void refused(SealedContent claimed) {
            assertThatThrownBy(() -> read(claimed)).isInstanceOf(SealBrokenException.class);
        }

        @Test
        void another_true_size() throws IOException {
            SealedContent sealed = seal(content);
            for (long size : new long[] {0, 99_999, 100_001, 70_000, 200_000}) {
                refused(claim(sealed, size, sealed.plaintext()));
            }
        }

        @Test
        void another_digest() throws IOException {
            SealedContent sealed = seal(content);
            refused(claim(sealed, sealed.size(), Sha256.ZERO));
        }

        @Test
        void padding_that_is_not_zeros_even_if_nobody_asked_for_the_digest() throws IOException {
            seal(content);
            byte[] padded = Arrays.copyOf(content, (int) Padme.paddedSize(content.length));
            padded[padded.length - 1] = 1;
            vault.segments.set(0, Age.seal(padded, key.recipient()));
            InputStream in = new ContentReader(key, content.length, vault::read, Optional.empty());
            assertThatThrownBy(in::readAllBytes).extracting("reason").isEqualTo(Reason.CONTENT);
        }

        @Test
        void the_last_bytes_until_all_behind_them_holds() throws IOException {
            SealedContent sealed = seal(content);
            byte[] damaged = vault.segments.getFirst();
            damaged[damaged.length - 1] ^= 1;
            InputStream in = new ContentReader(key, sealed.size(), vault::read, Optional.empty());
            assertThatThrownBy(() -> in.readNBytes(content.length))
                    .extracting("reason")
                    .isEqualTo(Reason.PAYLOAD);
        }

        @Test
        void segments_that_are_too_long_too_short_or_swapped() throws IOException {
            byte[] large = Keys.content(SEGMENT + 5);
            SealedContent sealed = seal(large);
            List<byte[]> whole = List.copyOf(vault.segments);
            vault.segments.set(0, whole.get(1));
            refused(sealed);
            vault.segments.set(0, Age.seal(new byte[SEGMENT - 1], key.recipient()));
            refused(sealed);
            vault.segments.set(0, Age.seal(new byte[SEGMENT + 1], key.recipient()));
            refused(sealed);
            vault.segments.set(0, whole.get(0));
            assertThat(read(sealed)).hasSize(SEGMENT + 5);
        }

        @Test
        void another_key() throws IOException {
            SealedContent sealed = seal(content);
            InputStream in =
                    new ContentReader(
                            Keys.identity(2), sealed.size(), vault::read, Optional.empty());
            assertThatThrownBy(in::read).extracting("reason").isEqualTo(Reason.WRONG_KEY);
        }
    }

    private SealedContent seal(byte[] content) throws IOException {
        try (SegmentSealer sealer = new SegmentSealer(key.recipient(), vault)) {
            int step = 1_000_003;
            for (int i = 0; i < content.length; i += step) {
                sealer.write(content, i, Math.min(step, content.length - i));
            }
            return sealer.finish();
        }
    }

    private byte[] read(SealedContent sealed) throws IOException {
        try (InputStream in =
                new ContentReader(
                        key, sealed.size(), vault::read, Optional.of(sealed.plaintext()))) {
            return in.readAllBytes();
        }
    }

    private static SealedContent claim(SealedContent sealed, long size, Sha256 plaintext) {
        return new SealedContent(plaintext, size, sealed.paddedSize(), sealed.segments());
    }

    private static final class FakeVault implements SegmentSealer.SegmentSink {
        final List<byte[]> segments = new ArrayList<>();
        final List<Sha256> digests = new ArrayList<>();
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        int aborted;
        int room = Integer.MAX_VALUE;
        boolean commits = true;

        InputStream read(int number) throws IOException {
            if (number >= segments.size()) {
                throw new SealBrokenException(Reason.CONTENT);
            }
            return new ByteArrayInputStream(segments.get(number));
        }

        @Override
        public SegmentSealer.Segment open(int number) {
            assertThat(number).isEqualTo(segments.size());
            last = new ByteArrayOutputStream();
            return new SegmentSealer.Segment() {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    room -= length;
                    if (room < 0) {
                        throw new IOException("the vault is full");
                    }
                    last.write(bytes, offset, length);
                }

                @Override
                public Sha256 commit() throws IOException {
                    if (!commits) {
                        throw new IOException("the commit failed");
                    }
                    segments.add(last.toByteArray());
                    digests.add(Sha256.of(last.toByteArray()));
                    return digests.getLast();
                }

                @Override
                public void abort() {
                    aborted++;
                }
            };
        }
    }
}
