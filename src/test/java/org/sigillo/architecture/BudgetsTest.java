package org.sigillo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// How long files are and how many a room has. What fails is what nobody would want to read.
class BudgetsTest {
    private static final int LONGEST = 400;
    private static final int FILES = 30;

    private record Source(String room, Path path, int lines) {}

    @Test
    void no_file_is_longer_than_400_lines_and_no_room_holds_more_than_30() throws IOException {
        List<Source> main = sources(Path.of("src/main/java/org/sigillo"), ".java");
        List<Source> test = sources(Path.of("src/test/java/org/sigillo"), ".java");
        print(main, test);
        assertThat(main).isNotEmpty().allMatch(it -> it.lines() <= LONGEST, "at most 400 lines");
        rooms(main)
                .forEach((room, files) ->
                        assertThat(files).as(room).hasSizeLessThanOrEqualTo(FILES));
    }

    @Test
    void no_file_of_what_runs_in_browsers_is_longer_either() throws IOException {
        List<Source> webui = sources(Path.of("src/main/webui/src"), ".ts", ".tsx");
        assertThat(webui).isNotEmpty().allMatch(it -> it.lines() <= LONGEST, "at most 400 lines");
    }

    private static void print(List<Source> main, List<Source> test) {
        List<Source> byLength =
                main.stream().sorted(Comparator.comparingInt(Source::lines)).toList();
        Source longest = byLength.getLast();
        System.out.printf(
                "Budgets: %d files, median %d lines (70), p95 %d (250), longest %d (%s, 400)%n",
                main.size(),
                byLength.get(main.size() / 2).lines(),
                byLength.get(main.size() * 95 / 100).lines(),
                longest.lines(),
                longest.path().getFileName());
        Map<String, List<Source>> tests = rooms(test);
        rooms(main)
                .forEach((room, files) ->
                        System.out.printf(
                                "Budgets: %-9s %2d files, %5d lines, tests to code %.2f%n",
                                room,
                                files.size(),
                                lines(files),
                                (double) lines(tests.getOrDefault(room, List.of()))
                                        / lines(files)));
        System.out.printf(
                "Budgets: tests to code in all %.2f (1)%n", (double) lines(test) / lines(main));
    }

    private static int lines(List<Source> files) {
        return files.stream().mapToInt(Source::lines).sum();
    }

    private static Map<String, List<Source>> rooms(List<Source> sources) {
        return sources.stream()
                .collect(Collectors.groupingBy(Source::room, TreeMap::new, Collectors.toList()));
    }

    private static List<Source> sources(Path root, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(it -> Stream.of(endings).anyMatch(it.toString()::endsWith))
                    .map(it -> new Source(root.relativize(it).getName(0).toString(), it, lines(it)))
                    .toList();
        }
    }

    private static int lines(Path path) {
        try (Stream<String> lines = Files.lines(path)) {
            return Math.toIntExact(lines.count());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
