package org.sigillo.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The rooms, and what each may import.
class RoomsTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPath(Path.of("target/classes"));

    private static final String LEDGER = "org.sigillo.ledger.Ledger";

    private static final Map<String, Set<String>> MAY =
            Map.ofEntries(
                    Map.entry("bytes", Set.of()),
                    Map.entry("merkle", Set.of("bytes")),
                    Map.entry("note", Set.of("bytes", "merkle")),
                    Map.entry("sealing", Set.of("bytes")),
                    Map.entry("custody", Set.of("bytes", "merkle", "note")),
                    Map.entry("vault", Set.of("bytes")),
                    Map.entry("tables", Set.of("bytes", "merkle", "custody")),
                    Map.entry("witness", Set.of("bytes", "note")),
                    Map.entry("waiting", Set.of("bytes", "custody")),
                    Map.entry(
                            "sending",
                            Set.of("bytes", "merkle", "note", "sealing", "custody", "waiting")),
                    Map.entry("testimony", Set.of("bytes", "note")),
                    Map.entry(
                            "ledger",
                            Set.of("bytes", "merkle", "note", "custody", "vault", "testimony")),
                    // A signed checkpoint is the note's type.
                    Map.entry(
                            "docket",
                            Set.of("bytes", "merkle", "note", "custody", "ledger", "vault")),
                    Map.entry("people", Set.of("bytes", "note", "custody", "ledger", "testimony")),
                    Map.entry("web", Set.of("bytes", "custody")),
                    // Writer and Stored of the vault pass through the docket.
                    Map.entry(
                            "intake",
                            Set.of(
                                    "bytes", "sealing", "custody", "docket", "people", "web",
                                    "vault", "waiting")),
                    // The last checkpoint is the ledger's type, what others say of it the
                    // testimony's.
                    Map.entry(
                            "desk",
                            Set.of(
                                    "bytes",
                                    "note",
                                    "custody",
                                    "docket",
                                    "people",
                                    "release",
                                    "web",
                                    "ledger",
                                    "testimony")),
                    Map.entry(
                            "release",
                            Set.of(
                                    "bytes", "note", "sealing", "custody", "ledger", "vault",
                                    "people")),
                    Map.entry("newsstand", Set.of("bytes", "custody", "release", "web")),
                    Map.entry(
                            "audit",
                            Set.of(
                                    "bytes", "merkle", "note", "custody", "ledger", "people",
                                    "web")),
                    Map.entry(
                            "cli",
                            Set.of(
                                    "bytes", "merkle", "note", "sealing", "custody", "vault",
                                    "tables", "witness", "sending")));

    @Test
    void a_room_imports_only_what_lies_below_it() {
        for (JavaClass one : CLASSES) {
            String room = room(one);
            if (room.isEmpty()) {
                continue;
            }
            assertThat(MAY).as("room of %s", one.getName()).containsKey(room);
            one.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> room(dependency.getTargetClass().getBaseComponentType()))
                    .filter(other -> !other.isEmpty() && !other.equals(room))
                    .forEach(other -> assertThat(MAY.get(room)).as(one.getName()).contains(other));
        }
    }

    @Test
    void plain_rooms_have_never_met_the_framework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        plain(
                                "bytes",
                                "merkle",
                                "note",
                                "sealing",
                                "custody",
                                "witness",
                                "testimony",
                                "waiting",
                                "sending",
                                "cli"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..", "io.quarkus..", "java.sql..", "javax.sql..")
                .check(CLASSES);
    }

    @Test
    void only_the_rooms_of_cryptography_use_its_classes() {
        noClasses()
                .that()
                .resideOutsideOfPackages(plain("bytes", "merkle", "note", "sealing", "custody"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.crypto..", "org.bouncycastle..")
                .check(CLASSES);
    }

    @Test
    void every_route_says_who_may_take_it_and_is_public() {
        methods().that().areMetaAnnotatedWith(HttpMethod.class).should().bePublic().check(CLASSES);
        methods()
                .that()
                .areMetaAnnotatedWith(HttpMethod.class)
                .should()
                .beAnnotatedWith(RolesAllowed.class)
                .orShould()
                .beAnnotatedWith(PermitAll.class)
                .orShould()
                .beAnnotatedWith(Authenticated.class)
                .check(CLASSES);
    }

    @Test
    void only_the_registers_and_the_ledger_itself_append() {
        Set<String> appending =
                CLASSES.stream()
                        .flatMap(one -> one.getAccessesFromSelf().stream())
                        .filter(access -> access.getTarget().getName().startsWith("append"))
                        .filter(access -> access.getTargetOwner().getName().equals(LEDGER))
                        .map(access -> room(access.getOriginOwner()))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(appending)
                .isSubsetOf("docket", "ledger", "people", "release")
                .contains("docket");
    }

    @Test
    void clock_and_randomness_come_from_outside() {
        classes()
                .that()
                .resideInAPackage("org.sigillo..")
                .and()
                .doNotHaveFullyQualifiedName("org.sigillo.ledger.Wiring")
                .and()
                .doNotHaveFullyQualifiedName("org.sigillo.cli.Random")
                .should(notAsk())
                .check(CLASSES);
    }

    @Test
    void every_room_says_what_it_keeps_and_none_is_crowded() throws IOException {
        Path root = Path.of("src/main/java/org/sigillo");
        Map<String, Integer> published = new TreeMap<>();
        try (Stream<Path> rooms = Files.list(root)) {
            for (Path room : rooms.filter(RoomsTest::inhabited).toList()) {
                assertThat(room.resolve("package-info.java")).exists();
                String name = room.getFileName().toString();
                long open =
                        CLASSES.stream()
                                .filter(one -> room(one).equals(name))
                                .filter(one -> one.isTopLevelClass())
                                .filter(one ->
                                        one.getModifiers()
                                                .contains(
                                                        com.tngtech.archunit.core.domain
                                                                .JavaModifier.PUBLIC))
                                .filter(one -> !one.getSimpleName().contains("_"))
                                .count();
                published.put(name, Math.toIntExact(open));
            }
        }
        assertThat(published).containsKeys("custody", "intake");
        // Custody holds the words of the trade for everybody; the others stay within a dozen.
        published.forEach((room, open) ->
                assertThat(open).as(room).isLessThanOrEqualTo(room.equals("custody") ? 21 : 12));
    }

    private static boolean inhabited(Path room) {
        try (Stream<Path> files = Files.list(room)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String[] plain(String... rooms) {
        return Stream.of(rooms).map(room -> "org.sigillo." + room + "..").toArray(String[]::new);
    }

    private static String room(JavaClass one) {
        String name = one.getPackageName();
        return name.startsWith("org.sigillo.") && one.getName().indexOf("_ComponentMetadata") < 0
                ? name.substring("org.sigillo.".length())
                : "";
    }

    private static ArchCondition<JavaClass> notAsk() {
        List<String> forbidden =
                List.of(
                        "java.time.Instant.now",
                        "java.lang.System.currentTimeMillis",
                        "java.util.UUID.randomUUID",
                        "java.security.SecureRandom.<init>");
        return new ArchCondition<>("not ask the machine for time or randomness") {
            @Override
            public void check(JavaClass one, ConditionEvents events) {
                for (JavaAccess<?> access : one.getAccessesFromSelf()) {
                    String target =
                            access.getTargetOwner().getName() + "." + access.getTarget().getName();
                    if (forbidden.contains(target)) {
                        events.add(SimpleConditionEvent.violated(one, access.getDescription()));
                    }
                }
            }
        };
    }
}
