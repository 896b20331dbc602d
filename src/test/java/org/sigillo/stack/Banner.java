package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Path;

/// What the person at the keyboard needs to know once everything runs.
final class Banner {
    private Banner() {}

    static String of(Stack stack) throws IOException {
        StringBuilder text = new StringBuilder(2000);
        text.append("\nSigillo runs.\n\n");
        line(text, "Source form", stack.door("drop"));
        line(text, "Desk", stack.door("desk"));
        line(text, "Releases", stack.door("news"));
        line(text, "Released files", stack.door("files"));
        line(text, "Audit", stack.door("audit"));
        line(
                text,
                "Keycloak",
                stack.keycloak() + "/admin/ (admin, " + stack.password("keycloak-admin") + ")");
        text.append(
                "\n  Demo people: the password is for Keycloak, the passphrase for the key file.\n\n");
        text.append(
                "  %-7s %-16s %-14s %-20s %-18s %s%n"
                        .formatted("name", "", "role", "password", "passphrase", "key file"));
        Path keys = stack.data().path("keys");
        for (DemoPeople.Person person : DemoPeople.all()) {
            text.append(
                    "  %-7s %-16s %-14s %-20s %-18s %s%n"
                            .formatted(
                                    person.name(),
                                    person.fullName(),
                                    person.role(),
                                    person.password(),
                                    person.inGenesis() ? person.passphrase() : "(none yet)",
                                    person.inGenesis()
                                            ? keys.resolve(person.name() + ".age")
                                            : "signs in, is not enrolled: makes a key at the desk"));
        }
        text.append(
                        "\n  Check it, as anybody may (the policy says whom to believe as a witness):\n\n")
                .append(
                        "    %s -jar target/sigillo-cli.jar verify --url %slog --genesis %s --policy %s%n"
                                .formatted(
                                        java(),
                                        stack.door("audit"),
                                        stack.genesis(),
                                        stack.witnessPolicy()))
                .append("\n  An auditor's export, with the root of the time stamp authority:\n\n")
                .append(
                        "    %s -jar target/sigillo-cli.jar verify --export ledger.tar --genesis %s --policy %s --roots %s%n"
                                .formatted(
                                        java(),
                                        stack.genesis(),
                                        stack.witnessPolicy(),
                                        stack.authorityRoots()));
        text.append("\n  Data: ")
                .append(stack.data().root())
                .append("\n  Ctrl-C stops everything.\n\n");
        return text.toString();
    }

    /// The one that runs this: what the path calls `java` may be too old for the commands.
    static String java() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return java.matches("[A-Za-z0-9_./@+-]+") ? java : "'" + java.replace("'", "'\\''") + "'";
    }

    private static void line(StringBuilder text, String what, Object address) {
        text.append("  %-15s %s%n".formatted(what, address));
    }
}
