package org.sigillo.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What becomes of files that somebody asks for and does not take.
@Tag("stack")
@ExtendWith(StackExtension.class)
class UntakenFilesIT {
    private static final int SIZE = 16 << 20;
    private static final int CLIENTS = 8;

    private final Stack stack;
    @TempDir Path folder;

    UntakenFilesIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void that_are_asked_for_one_behind_the_other_wait_for_nobody_once_their_client_is_gone()
            throws Exception {
        try (Desk desk = new Desk(stack)) {
            Proposal proposal = desk.ready(Map.of("film.bin", new byte[SIZE]));
            assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
            desk.untilShown(proposal);
            String ask =
                    "GET /"
                            + proposal.release
                            + "/data/items/0001/film.bin HTTP/1.1\r\nHost: files.localhost:"
                            + stack.port()
                            + "\r\n\r\n";
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket();
                client.setReceiveBufferSize(2048);
                client.connect(new InetSocketAddress("127.0.0.1", stack.port()));
                client.getOutputStream().write(ask.repeat(3).getBytes(StandardCharsets.US_ASCII));
                clients.add(client);
            }
            untilAnswersWait(CLIENTS);
            for (Socket client : clients) {
                // At once, whatever is on its way.
                client.setSoLinger(true, 0);
                client.close();
            }
            untilAnswersWait(0);
        }
    }

    /// Threads of the application that wait for somebody to take their answer.
    private void untilAnswersWait(long wanted) throws Exception {
        Path dump = folder.resolve("threads");
        long found = -1;
        for (int i = 0; i < 40 && found != wanted; i++) {
            Thread.sleep(500);
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(stack.applicationPid()),
                                    "Thread.dump_to_file",
                                    "-overwrite",
                                    dump.toString())
                            .redirectErrorStream(true)
                            .start();
            assertThat(jcmd.waitFor()).isZero();
            found =
                    Files.readString(dump)
                            .lines()
                            .filter(it -> it.contains("awaitWriteable"))
                            .count();
        }
        assertThat(found).isEqualTo(wanted);
    }
}
