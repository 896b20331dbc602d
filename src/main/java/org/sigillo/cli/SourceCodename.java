package org.sigillo.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sigillo.sealing.Codename;

/// Where a source's codename comes from: the terminal, without echo, or a file or standard input for
/// scripts; never the command line, which every process on the machine can read and the shell remembers.
final class SourceCodename {
    private static final int TRIES = 3;
    private static final int LONGEST = 1000;

    /// Another screen, which terminals do not keep among the lines that can be scrolled back to.
    private static final String OTHER_SCREEN = "\033[?1049h\033[H";

    private static final String BACK = "\033[2J\033[?1049l";

    private SourceCodename() {}

    /// One that its source has.
    ///
    /// @param file of whose first line it is; `-` for standard input; none for the terminal
    static Codename known(@Nullable Path file) throws IOException {
        if (file == null) {
            char[] typed = hidden(terminal("give the codename with --codename-file"), "Codename: ");
            try {
                return parsed(new String(typed));
            } finally {
                Arrays.fill(typed, '\0');
            }
        }
        byte[] bytes =
                file.toString().equals("-")
                        ? System.in.readNBytes(LONGEST)
                        : Files.readAllBytes(file);
        try {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return parsed(text.lines().findFirst().orElse(""));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static Codename parsed(String text) {
        return Codename.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "a codename is seven words of the list, with spaces between them"));
    }

    /// A fresh one: shown once, and one word of it asked back.
    static Codename made(SecureRandom random) {
        Console console =
                terminal(
                        "a new codename is shown on a terminal, or drawn by --codename-file's maker");
        Codename codename = Codename.generate(random);
        boolean screens = !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
        console.printf(
                "%sYour codename, shown this once:%n%n    %s%n%n"
                        + "Write it on paper or learn it by heart. It alone leads back to what you"
                        + " send, for you%nand for whoever finds it. Press Enter when you have"
                        + " it.%n",
                screens ? OTHER_SCREEN : "", codename.revealText());
        hidden(console, "");
        console.printf("%s", screens ? BACK : "");
        int number = random.nextInt(Codename.WORDS);
        List<String> words = codename.words();
        for (int i = 0; i < TRIES; i++) {
            char[] word = hidden(console, "Word number " + (number + 1) + " of it: ");
            if (new String(word).strip().equalsIgnoreCase(words.get(number))) {
                return codename;
            }
        }
        throw new IllegalArgumentException(
                "that is not the word. Nothing was sent; begin again with --new");
    }

    private static char[] hidden(Console console, String prompt) {
        char @Nullable [] typed = console.readPassword("%s", prompt);
        if (typed == null) {
            throw new IllegalArgumentException("nothing was typed");
        }
        return typed;
    }

    private static Console terminal(String otherwise) {
        @SuppressWarnings("SystemConsoleNull") // null all the same where the JDK has no console
        @Nullable Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new IllegalArgumentException("there is no terminal: " + otherwise);
        }
        return console;
    }

    /// Whether somebody is watching.
    static boolean isWatched() {
        @SuppressWarnings("SystemConsoleNull")
        @Nullable Console console = System.console();
        return console != null && console.isTerminal();
    }
}
