package org.sigillo.sending;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// How far a journey is, in one line that is written again and again.
public final class Meter implements Watcher {
    private static final long STEP = Duration.ofMillis(250).toNanos();
    private static final double SECOND = Duration.ofSeconds(1).toNanos();
    private static final int WIDTH = 78;

    private final Consumer<String> out;
    private final LongSupplier nanos;
    private String name = "";
    private long total;
    private long done;
    private long sent;
    private long began;
    private long shown;

    /// A meter that has measured nothing.
    ///
    /// @param out takes what is to be written, line ends included
    /// @param nanos counts on, as `System.nanoTime` does
    public Meter(Consumer<String> out, LongSupplier nanos) {
        this.out = out;
        this.nanos = nanos;
    }

    @Override
    public synchronized void begins(Content content, long already) {
        name = content.shownName().replace('\r', ' ').replace('\n', ' ');
        total = Math.max(1, Cuts.padded(content));
        done = already;
        sent = 0;
        began = nanos.getAsLong();
        shown = began - STEP;
        show();
    }

    @Override
    public synchronized void sent(long bytes) {
        done += bytes;
        sent += bytes;
        show();
        if (done == total) {
            out.accept("\n");
        }
    }

    private void show() {
        long now = nanos.getAsLong();
        if (now - shown < STEP && done != total) {
            return;
        }
        shown = now;
        write(line(now));
    }

    private String line(long now) {
        double seconds = Math.max((now - began) / SECOND, 0.001);
        double rate = sent / seconds;
        String speed = String.format(Locale.ROOT, "%.1f MB/s", rate / 1e6);
        String left =
                rate > 0 && done < total
                        ? ", " + clock((long) ((total - done) / rate)) + " left"
                        : "";
        return String.format(
                Locale.ROOT, "%3d %%  %s%s  %s", 100 * done / total, speed, left, name);
    }

    static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d h", seconds / 3600, seconds % 3600 / 60);
    }

    @Override
    public synchronized void waits(String why, Duration pause) {
        write(why + "; tried again in " + Math.max(1, pause.toSeconds()) + " s");
    }

    @Override
    public synchronized void says(String sentence) {
        out.accept("\r" + sentence + "\n");
    }

    private void write(String line) {
        String shortened =
                line.codePointCount(0, line.length()) > WIDTH
                        ? line.substring(0, line.offsetByCodePoints(0, WIDTH - 1)) + "…"
                        : line;
        out.accept(
                "\r"
                        + shortened
                        + " ".repeat(WIDTH - shortened.codePointCount(0, shortened.length())));
    }
}
