package org.sigillo.custody;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// What a release publishes: frozen when it is proposed, and what people sign.
/// Stored form: `docs/spec/statements.md`, last section.
public final class Manifest {
    private static final int LONGEST_NAME = 255;

    private final byte[] bytes;
    private final Json.Obj json;
    private final List<Item> items;

    private Manifest(byte[] bytes, Json.Obj json, List<Item> items) {
        this.bytes = bytes;
        this.json = json;
        this.items = items;
    }

    /// One file of a release.
    public record Item(String name, long size, Sha256 sha256) {
        public Item {
            if (size < 0) {
                throw new MalformedException("an item's size is not negative");
            }
            checkName(name);
        }
    }

    /// Reads canonical bytes and refuses names that could mislead a person or a file system.
    public static Manifest parse(byte[] bytes) {
        Json.Obj json = CanonicalJson.parseObject(bytes);
        json.only("v", "release", "title", "reason", "jurisdictions", "random", "items");
        if (json.number("v") != 1) {
            throw new MalformedException("only manifests of version 1 are known");
        }
        Hex.parse(json.text("random"), 32);
        Id.parse(json.text("release"));
        if (json.text("title").isBlank() || json.text("reason").isBlank()) {
            throw new MalformedException("a release has a title and a reason");
        }
        Events.texts(json, "jurisdictions");
        List<Item> items =
                json.array("items").stream()
                        .map(value -> {
                            if (!(value instanceof Json.Obj item)) {
                                throw new MalformedException("an item is an object");
                            }
                            item.only("name", "size", "sha256");
                            return new Item(
                                    item.text("name"), item.number("size"), item.digest("sha256"));
                        })
                        .toList();
        if (items.isEmpty()) {
            throw new MalformedException("a release has at least one item");
        }
        Set<String> folded = new HashSet<>();
        for (Item item : items) {
            if (!folded.add(item.name().toLowerCase(Locale.ROOT))) {
                throw new MalformedException("two items have one name");
            }
        }
        return new Manifest(bytes.clone(), json, items);
    }

    private static void checkName(String name) {
        boolean bad =
                name.isEmpty()
                        || name.length() > LONGEST_NAME
                        || !Normalizer.isNormalized(name, Normalizer.Form.NFC)
                        || name.contains("\\")
                        || name.codePoints().anyMatch(Manifest::misleading);
        for (String part : name.split("/", -1)) {
            bad = bad || part.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (bad) {
            throw new MalformedException(
                    "an item's name is a relative path without .., control or direction characters");
        }
    }

    private static boolean misleading(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED
                || type == Character.PRIVATE_USE;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /// What people sign.
    public Sha256 digest() {
        return Sha256.of(bytes);
    }

    public Id release() {
        return Id.parse(json.text("release"));
    }

    public String title() {
        return json.text("title");
    }

    public String reason() {
        return json.text("reason");
    }

    public List<String> jurisdictions() {
        return Events.texts(json, "jurisdictions");
    }

    public List<Item> items() {
        return items;
    }
}
