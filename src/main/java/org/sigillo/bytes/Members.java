package org.sigillo.bytes;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An object's members in the order of their names. Never changes; one with a member more is cheap.
final class Members extends AbstractMap<String, Json> {
    private final String[] names;
    private final Json[] values;

    private Members(String[] names, Json[] values) {
        this.names = names;
        this.values = values;
    }

    static Members of(Map<String, Json> members) {
        if (members instanceof Members already) {
            return already;
        }
        SortedMap<String, Json> sorted = new TreeMap<>(members);
        return new Members(
                sorted.keySet().toArray(String[]::new), sorted.values().toArray(Json[]::new));
    }

    /// With this member, in the place of one of that name if there is one.
    Members with(String name, Json value) {
        int found = Arrays.binarySearch(names, name);
        if (found >= 0) {
            Json[] replaced = values.clone();
            replaced[found] = value;
            return new Members(names, replaced);
        }
        int place = -found - 1;
        String[] more = Arrays.copyOf(names, names.length + 1);
        Json[] moreValues = Arrays.copyOf(values, values.length + 1);
        System.arraycopy(names, place, more, place + 1, names.length - place);
        System.arraycopy(values, place, moreValues, place + 1, values.length - place);
        more[place] = name;
        moreValues[place] = value;
        return new Members(more, moreValues);
    }

    @Override
    public @Nullable Json get(@Nullable Object name) {
        int found = name instanceof String text ? Arrays.binarySearch(names, text) : -1;
        return found < 0 ? null : values[found];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Map.Entry<String, Json>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, Json>> iterator() {
                return IntStream.range(0, names.length)
                        .mapToObj(i -> Map.entry(names[i], values[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return names.length;
            }
        };
    }
}
