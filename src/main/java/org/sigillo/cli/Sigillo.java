package org.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.note.NoteException;
import org.sigillo.sealing.SealBrokenException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `java -jar sigillo-cli.jar`: the commands of people who trust their own machine.
@Command(
        name = "sigillo",
        mixinStandardHelpOptions = true,
        version = "sigillo 0.1.0",
        description =
                "Makes keys, founds ledgers, opens what was sealed, verifies what was published, witnesses ledgers, and copies vaults.",
        subcommands = {
            Keygen.class,
            Found.class,
            Verify.class,
            CheckReceipt.class,
            Renew.class,
            CheckEvidence.class,
            Open.class,
            RunWitness.class,
            VaultCommand.class
        })
public final class Sigillo {
    /// Broken evidence.
    static final int BROKEN = 1;

    /// Used wrongly, or a malformed file.
    static final int MALFORMED = 2;

    /// A file or a server could not be read, or this program failed.
    static final int FAULT = 3;

    private Sigillo() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// Runs one command and answers its exit code.
    public static int run(String... args) {
        try {
            return execute(args);
        } catch (Error e) {
            // Java would leave with 1, which means broken evidence.
            System.err.println(
                    "sigillo: nothing was found out, this program failed: "
                            + e.getClass().getSimpleName());
            return FAULT;
        }
    }

    private static int execute(String... args) {
        return new CommandLine(new Sigillo())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("sigillo: " + sentence(failure));
                    return code(failure);
                })
                .execute(args);
    }

    private static int code(Exception failure) {
        return switch (failure) {
            case BrokenEvidenceException ignored -> BROKEN;
            case SealBrokenException seal ->
                    seal.reason() == SealBrokenException.Reason.WRONG_KEY ? MALFORMED : BROKEN;
            case MalformedException ignored -> MALFORMED;
            case NoteException ignored -> MALFORMED;
            case IllegalArgumentException ignored -> MALFORMED;
            default -> FAULT;
        };
    }

    private static String sentence(Exception failure) {
        return switch (failure) {
            case BrokenEvidenceException broken ->
                    "BROKEN at "
                            + broken.where()
                            + "\n  expected "
                            + broken.expected()
                            + "\n  found    "
                            + broken.found();
            case java.nio.file.NoSuchFileException missing ->
                    "there is no file " + missing.getMessage();
            case UncheckedIOException io -> "cannot read: " + io.getMessage();
            case IOException io -> "cannot read or write: " + io.getMessage();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
