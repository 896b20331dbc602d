package org.sigillo.ledger;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Rules;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.vault.FolderVault;

/// A process of its own that runs a ledger and appends to it: says which events are committed, each after
/// its commit. Waits for a line before it begins, so that its start costs nothing when it is needed.
final class Replica {
    static final Newsroom NEWSROOM = new Newsroom(new Rules(1, 2, 8, 0, 2));

    private Replica() {}

    /// @param arguments URL, vault, policy
    public static void main(String[] arguments) throws IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(arguments[0]);
        source.setUser("sigillo_app");
        source.setPassword("a");
        SecureRandom random = new SecureRandom();
        Ledger ledger =
                new Ledger(
                        Pool.of(source).source(),
                        NEWSROOM.genesis,
                        NEWSROOM.logKeys,
                        InstantSource.system(),
                        random,
                        new Ledger.Surroundings(
                                Optional.of(
                                        new FolderVault(
                                                Path.of(arguments[1]), 0, InstantSource.system())),
                                Optional.of(
                                        WitnessPolicy.parse(
                                                Files.readString(Path.of(arguments[2])))),
                                List.of(),
                                true,
                                Runnable::run));
        PrintStream out = new PrintStream(System.out, true);
        out.println("waits");
        if (System.in.read() < 0) {
            return;
        }
        ledger.start();
        out.println("runs");
        Thread.ofPlatform().start(() -> append(ledger, random, out, false));
        Thread.ofPlatform().start(() -> append(ledger, random, out, true));
        // Not longer than the test.
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void append(
            Ledger ledger, SecureRandom random, PrintStream out, boolean bySource) {
        Id caseId = Id.random(random);
        while (true) {
            Id id = Id.random(random);
            String key = (bySource ? "exhibit.sealed/" : "staff/") + id;
            try {
                ledger.append(bySource ? exhibit(key, caseId, id) : staff(key));
                out.println("did " + key);
                Thread.sleep(bySource ? 300 : 60);
            } catch (Rows.Fault e) {
                out.println("failed " + e.getCause());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                out.println("broken " + e);
                return;
            }
        }
    }

    private static Draft staff(String key) {
        return Draft.byServer(key, new ReleaseEvent.Refused(NEWSROOM.rosa.id, "guard"));
    }

    private static Draft exhibit(String key, Id caseId, Id exhibit) {
        return Draft.bySource(
                key,
                caseId,
                nonce ->
                        new CaseEvent.ExhibitSealed(
                                Entry.exhibitTag(nonce, exhibit),
                                0,
                                Entry.content(new byte[32], Sha256.of()),
                                Sha256.of(),
                                65536,
                                1,
                                Sha256.of()));
    }
}
