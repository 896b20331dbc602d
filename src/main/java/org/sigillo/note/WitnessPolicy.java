package org.sigillo.note;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which witnesses are known and how many of them must have cosigned (C2SP tlog-policy).
public final class WitnessPolicy {
    private static final int MOST_LINES = 10_000;

    private final String text;
    private final List<NoteVerifier> logs;
    private final Map<String, Member> members;
    private final Optional<String> quorum;

    private WitnessPolicy(
            String text,
            List<NoteVerifier> logs,
            Map<String, Member> members,
            Optional<String> quorum) {
        this.text = text;
        this.logs = List.copyOf(logs);
        this.members = members;
        this.quorum = quorum;
        List<NoteVerifier> keys = new ArrayList<>(logs);
        witnesses().forEach(witness -> keys.add(witness.key()));
        LogKeys.distinct(keys);
    }

    private sealed interface Member {}

    private record One(Known witness) implements Member {}

    /// A witness that the policy names.
    ///
    /// @param name in the policy alone; the key has a name of its own
    /// @param url where to ask it, as the file has it
    public record Known(String name, NoteVerifier key, Optional<String> url) {}

    private record Group(int needed, List<String> members) implements Member {}

    /// What a note's cosignatures come to.
    ///
    /// @param cosigned by the witness's name in the policy
    /// @param quorum whether the policy's quorum is reached; with `quorum none` it always is
    public record Verdict(Map<String, Cosignature> cosigned, boolean quorum) {}

    /// Reads a policy file.
    public static WitnessPolicy parse(String file) {
        Reading reading = new Reading();
        List<String> lines = file.lines().toList();
        if (lines.size() > MOST_LINES || file.chars().anyMatch(WitnessPolicy::control)) {
            throw new NoteException("a policy is a text file without control characters");
        }
        for (int i = 0; i < lines.size(); i++) {
            try {
                reading.line(lines.get(i));
            } catch (NoteException | IllegalArgumentException e) {
                throw new NoteException("policy, line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return reading.policy(file);
    }

    /// Who is asked: those with an address.
    public Set<String> asked() {
        return witnesses().stream()
                .filter(it -> it.url().isPresent())
                .map(Known::name)
                .collect(Collectors.toSet());
    }

    /// The same policy for a log whose keys are known from elsewhere; refuses a witness that has one
    /// of them, and a policy that is about other logs.
    public WitnessPolicy forLog(List<NoteVerifier> logKeys) {
        if (!logs.isEmpty()
                && logs.stream().noneMatch(log -> logKeys.stream().anyMatch(log::sameKey))) {
            throw new NoteException("the policy is about other logs");
        }
        return new WitnessPolicy(text, logKeys, members, quorum);
    }

    /// The same policy for checkpoints whose log somebody else has verified.
    public WitnessPolicy forAnyLog() {
        return new WitnessPolicy(text, List.of(), members, quorum);
    }

    /// The file, as it was read.
    public String text() {
        return text;
    }

    /// The logs' keys, in the order of the file.
    public List<NoteVerifier> logs() {
        return logs;
    }

    /// The witnesses, in the order of the file.
    public List<Known> witnesses() {
        return members.values().stream()
                .flatMap(member ->
                        member instanceof One one ? Stream.of(one.witness()) : Stream.of())
                .toList();
    }

    /// Whether the quorum asks for anybody at all.
    public boolean asksForWitnesses() {
        return quorum.isPresent();
    }

    /// Which witnesses cosigned. Where the policy names logs, one of them must have signed; a known
    /// key's line that does not hold refuses the whole note. A line without a time says nothing about
    /// when it was the largest tree, and does not count.
    public Verdict check(SignedNote note) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        if (!logs.isEmpty()
                && note.verify(logs).stream()
                        .noneMatch(log -> log.name().equals(checkpoint.origin()))) {
            throw new NoteException("no log of the policy signed this checkpoint as its own");
        }
        Map<String, Cosignature> cosigned = new LinkedHashMap<>();
        for (Known witness : witnesses()) {
            note.cosignatures(List.of(witness.key())).stream()
                    .filter(line -> line.time() > 0)
                    .findFirst()
                    .ifPresent(line -> cosigned.put(witness.name(), line));
        }
        return new Verdict(
                Map.copyOf(cosigned),
                quorum.map(name -> reached(name, cosigned.keySet())).orElse(true));
    }

    /// Whether these witnesses, by their names in the policy, are a quorum.
    public boolean reached(Set<String> cosigned) {
        return quorum.map(name -> reached(name, cosigned)).orElse(true);
    }

    private boolean reached(String name, Set<String> cosigned) {
        return switch (members.get(name)) {
            case One ignored -> cosigned.contains(name);
            case Group group ->
                    group.members().stream().filter(member -> reached(member, cosigned)).count()
                            >= group.needed();
            case null -> throw new IllegalStateException("names are defined before their use");
        };
    }

    private static boolean control(int c) {
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    }

    /// A policy while it is being read.
    private static final class Reading {
        private final List<NoteVerifier> logs = new ArrayList<>();
        private final Map<String, Member> members = new LinkedHashMap<>();
        private final Set<String> grouped = new HashSet<>();
        private Optional<String> quorum = Optional.empty();
        private boolean quorumSeen;

        void line(String line) {
            List<String> words =
                    Stream.of(line.split("[ \t]+")).filter(word -> !word.isEmpty()).toList();
            if (words.isEmpty() || words.getFirst().startsWith("#")) {
                return;
            }
            switch (words.getFirst()) {
                case "log" -> log(words);
                case "witness" -> witness(words);
                case "group" -> group(words);
                case "quorum" -> quorum(words);
                default -> throw new NoteException("neither log, witness, group nor quorum");
            }
        }

        private void log(List<String> words) {
            length(words, 2, 3);
            NoteVerifier key = NoteVerifier.parse(words.get(1));
            if (!key.signsLogs()) {
                throw new NoteException("a log does not sign with a key of type 0x04");
            }
            logs.add(key);
        }

        private void witness(List<String> words) {
            length(words, 3, 4);
            NoteVerifier key = NoteVerifier.parse(words.get(2));
            if (!key.cosigns()) {
                throw new NoteException("a witness cosigns with a key of type 0x04 or 0x06");
            }
            define(words.get(1), new One(new Known(words.get(1), key, url(words, 3))));
        }

        private void group(List<String> words) {
            length(words, 4, Integer.MAX_VALUE);
            List<String> names = words.subList(3, words.size());
            for (String name : names) {
                if (!members.containsKey(name) || !grouped.add(name)) {
                    throw new NoteException(
                            "a group's members are defined before it and stand in no other");
                }
            }
            int needed =
                    switch (words.get(2)) {
                        case "any" -> 1;
                        case "all" -> names.size();
                        default ->
                                Math.toIntExact(
                                        Math.min(
                                                names.size() + 1L,
                                                Checkpoint.decimal(words.get(2))));
                    };
            if (needed < 1 || needed > names.size()) {
                throw new NoteException("a group needs one to all of its members");
            }
            define(words.get(1), new Group(needed, List.copyOf(names)));
        }

        private void quorum(List<String> words) {
            length(words, 2, 2);
            String name = words.get(1);
            if (quorumSeen || (!name.equals("none") && !members.containsKey(name))) {
                throw new NoteException("there is one quorum, of a name defined before it");
            }
            quorumSeen = true;
            quorum = name.equals("none") ? Optional.empty() : Optional.of(name);
        }

        private void define(String name, Member member) {
            if (name.equals("none") || members.putIfAbsent(name, member) != null) {
                throw new NoteException("a name is defined once, and never `none`");
            }
        }

        private static void length(List<String> words, int least, int most) {
            if (words.size() < least || words.size() > most) {
                throw new NoteException("too few or too many words");
            }
        }

        private static Optional<String> url(List<String> words, int at) {
            return words.size() > at ? Optional.of(words.get(at)) : Optional.empty();
        }

        WitnessPolicy policy(String text) {
            if (!quorumSeen) {
                throw new NoteException("a policy has a quorum line");
            }
            return new WitnessPolicy(text, logs, new LinkedHashMap<>(members), quorum);
        }
    }
}
