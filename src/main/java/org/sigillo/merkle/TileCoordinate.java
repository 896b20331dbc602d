package org.sigillo.merkle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.bytes.MalformedException;

/// Where a tile lies (C2SP tlog-tiles): its level, its number in that level and its width.
///
/// @param level 0 to 63, or [#ENTRIES] for a bundle of entries
/// @param index the tile's number within the level
/// @param width hashes or entries in it: 256 if full
public record TileCoordinate(int level, long index, int width) {
    /// Stands for the bundles of entries.
    public static final int ENTRIES = -1;

    /// Hashes in a full tile.
    public static final int FULL = 256;

    /// At most 18 digits, which a number of 64 bits holds.
    private static final Pattern PATH =
            Pattern.compile(
                    "tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

    public TileCoordinate {
        if (level < ENTRIES || level > 63 || index < 0 || width < 1 || width > FULL) {
            throw new MalformedException("no tile has this level, number or width");
        }
    }

    /// The tile's path below the log's prefix, as in `tile/0/x001/x234/067.p/112`.
    public String path() {
        StringBuilder path = new StringBuilder("tile/");
        path.append(level == ENTRIES ? "entries" : String.valueOf(level)).append('/');
        long above = 1;
        while (index / 1000 / above > 0) {
            above *= 1000;
        }
        for (; above > 1; above /= 1000) {
            threeDigits(path.append('x'), index / above % 1000).append('/');
        }
        threeDigits(path, index % 1000);
        return width == FULL ? path.toString() : path.append(".p/").append(width).toString();
    }

    /// By hand: a verifier writes a path for each 256 entries, and a formatter takes longer than their hashes.
    private static StringBuilder threeDigits(StringBuilder path, long number) {
        return path.append(number / 100).append(number / 10 % 10).append(number % 10);
    }

    /// Reads a path; nothing for one that [#path] would not have written.
    public static Optional<TileCoordinate> parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int level =
                matcher.group(1).equals("entries") ? ENTRIES : Integer.parseInt(matcher.group(1));
        int width = matcher.group(3) == null ? FULL : Integer.parseInt(matcher.group(3));
        if (level > 63 || width > FULL) {
            return Optional.empty();
        }
        long index = Long.parseLong(matcher.group(2).replace("x", "").replace("/", ""));
        TileCoordinate tile = new TileCoordinate(level, index, width);
        return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
    }

    /// The tiles of one level of a tree, the last one partial where it is not full.
    public static List<TileCoordinate> ofLevel(int level, long treeSize) {
        long hashes = treeSize >> Math.min(63, 8 * Math.max(level, 0));
        List<TileCoordinate> tiles = new ArrayList<>();
        for (long i = 0; i < hashes / FULL; i++) {
            tiles.add(new TileCoordinate(level, i, FULL));
        }
        if (hashes % FULL != 0) {
            tiles.add(new TileCoordinate(level, hashes / FULL, Math.toIntExact(hashes % FULL)));
        }
        return tiles;
    }

    /// All tiles of hashes of a tree, level by level; without the bundles of entries.
    public static List<TileCoordinate> forSize(long treeSize) {
        List<TileCoordinate> tiles = new ArrayList<>();
        for (int level = 0; level < 8 && treeSize >> (8 * level) > 0; level++) {
            tiles.addAll(ofLevel(level, treeSize));
        }
        return tiles;
    }

    /// Whether a tree of this size has this tile in this width.
    public boolean within(long treeSize) {
        long hashes = treeSize >> Math.min(63, 8 * Math.max(level, 0));
        long full = hashes / FULL;
        return width == FULL
                ? index < full
                : index == full && width <= hashes % FULL || index < full;
    }
}
