package org.sigillo.waiting;

import java.util.Arrays;

/// So many marks of what had its turn, each with a time or none; of more, the first that came is forgotten. A mark is eight bytes of
/// something that was drawn at random here, and that nobody else can choose: two are never alike by intent, and by chance as good as never.
///
/// Small, because there is one for each line: some 18 bytes a mark (a map of objects takes 150), and nothing to speak of before
/// many have come. Not for several threads at once.
final class Spent {
    /// No time.
    static final int NONE = 0;

    private static final int FEW = 64;

    private final int most;

    /// In the order in which they came, as a ring.
    private long[] marks = new long[FEW];

    private int[] times = new int[FEW];
    private int first;
    private int size;

    /// Where in the ring, and 1 more, by the mark: the next free slot after its own (linear probing).
    private int[] slots = new int[2 * FEW];

    Spent(int most) {
        this.most = most;
    }

    boolean has(long mark) {
        return slots[slot(mark)] != 0;
    }

    /// The time of a mark that is there, in seconds.
    int time(long mark) {
        return times[slots[slot(mark)] - 1];
    }

    /// Adds it as the last, or changes its time where it is.
    void put(long mark, int time) {
        int slot = slot(mark);
        if (slots[slot] != 0) {
            times[slots[slot] - 1] = time;
            return;
        }
        if (size == most) {
            forget();
        } else if (size == marks.length) {
            grow();
        }
        int at = (first + size) % marks.length;
        marks[at] = mark;
        times[at] = time;
        size++;
        slots[slot(mark)] = at + 1;
    }

    private int slot(long mark) {
        int slot = own(mark);
        while (slots[slot] != 0 && marks[slots[slot] - 1] != mark) {
            slot = next(slot);
        }
        return slot;
    }

    private int own(long mark) {
        return (int) mark & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /// The first that came; those behind its slot move up, as far as they may stand before theirs.
    private void forget() {
        int gap = slot(marks[first]);
        slots[gap] = 0;
        for (int slot = next(gap); slots[slot] != 0; slot = next(slot)) {
            int way = (slot - own(marks[slots[slot] - 1])) & (slots.length - 1);
            if (way >= ((slot - gap) & (slots.length - 1))) {
                slots[gap] = slots[slot];
                slots[slot] = 0;
                gap = slot;
            }
        }
        first = (first + 1) % marks.length;
        size--;
    }

    /// Full, and begun at 0: nothing was ever forgotten.
    private void grow() {
        int length = Math.min(most, 2 * marks.length);
        marks = Arrays.copyOf(marks, length);
        times = Arrays.copyOf(times, length);
        int room = slots.length;
        while (room < length + length / 4) {
            room *= 2;
        }
        slots = new int[room];
        for (int at = 0; at < size; at++) {
            slots[slot(marks[at])] = at + 1;
        }
    }
}
