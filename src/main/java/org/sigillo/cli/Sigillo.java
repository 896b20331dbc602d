package org.sigillo.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
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
                "Makes keys, founds ledgers, sends to newsrooms, opens what was sealed, verifies what was published, witnesses ledgers, and copies vaults.",
        footerHeading = "%n",
        footer = {
            "Exit codes: 0 it holds; 1 broken evidence; 2 used wrongly, or a malformed file; 3 a"
                    + " file or a server could not be read, or this program failed; 4 it holds, but"
                    + " too few witnesses whom you believe have signed, or no time stamp authority;"
                    + " 5 it is done, but something"
                    + " that was told beside it is broken, and named.",
            "With --json standard output has one JSON object in any case. A failure is"
                    + " {\"error\": a sentence}; broken evidence has also \"where\","
                    + " \"expected\" and \"found\"."
        },
        subcommands = {
            Keygen.class,
            Found.class,
            Verify.class,
            CheckReceipt.class,
            Renew.class,
            CheckEvidence.class,
            Open.class,
            RunWitness.class,
            Submit.class,
            VaultCommand.class
        })
public final class Sigillo {
    /// Broken evidence.
    static final int BROKEN = 1;

    /// Used wrongly, or a malformed file.
    static final int MALFORMED = 2;

    /// A file or a server could not be read, or this program failed.
    static final int FAULT = 3;

    /// What was asked is done; of what was told beside it, something is broken evidence.
    static final int BROKEN_BESIDE = 5;

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
            String sentence =
                    "nothing was found out, this program failed: " + e.getClass().getSimpleName();
            System.err.println("sigillo: " + sentence);
            if (wantsJson(args)) {
                System.out.println(Output.text(Json.object().with("error", sentence)));
            }
            return FAULT;
        }
    }

    private static int execute(String... args) {
        CommandLine sigillo = new CommandLine(new Sigillo());
        CommandLine.IParameterExceptionHandler usage = sigillo.getParameterExceptionHandler();
        return sigillo.setExecutionExceptionHandler(
                        (failure, commandLine, parsed) -> {
                            commandLine.getErr().println("sigillo: " + lines(failure));
                            if (wantsJson(args)) {
                                commandLine.getOut().println(Output.text(json(failure)));
                            }
                            return code(failure);
                        })
                .setParameterExceptionHandler((wrong, given) -> {
                    if (wantsJson(args)) {
                        String sentence = String.valueOf(wrong.getMessage());
                        wrong.getCommandLine()
                                .getOut()
                                .println(Output.text(Json.object().with("error", sentence)));
                    }
                    return usage.handleParseException(wrong, given);
                })
                .execute(args);
    }

    private static boolean wantsJson(String... args) {
        return List.of(args).contains("--json");
    }

    /// A failure for scripts; its kind is the exit code.
    private static Json.Obj json(Exception failure) {
        return failure instanceof BrokenEvidenceException broken
                ? Output.json(broken).with("error", "broken evidence")
                : Json.object().with("error", sentence(failure));
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

    /// For people.
    private static String lines(Exception failure) {
        return failure instanceof BrokenEvidenceException broken
                ? "BROKEN at "
                        + Output.shown(broken.where())
                        + "\n  expected "
                        + Output.shown(broken.expected())
                        + "\n  found    "
                        + Output.shown(broken.found())
                : Output.shown(sentence(failure));
    }

    static String sentence(Exception failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case FileNotFoundException missing -> "there is no file " + missing.getMessage();
            case FileAlreadyExistsException there ->
                    there.getFile() + " exists already, and nothing is ever overwritten";
            case AccessDeniedException closed ->
                    "this user may not read or write " + closed.getFile();
            case UncheckedIOException io -> "cannot read: " + io.getMessage();
            case IOException io -> "cannot read or write: " + io.getMessage();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
