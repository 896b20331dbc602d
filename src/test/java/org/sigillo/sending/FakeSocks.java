package org.sigillo.sending;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A SOCKS5 proxy (RFC 1928, RFC 1929) that, like Tor, prefers a user's name where one is offered, and
/// leads to one port of this machine whatever is asked for.
final class FakeSocks implements AutoCloseable {
    private static final int NAME = 3;

    final List<String> names = new CopyOnWriteArrayList<>();
    final List<String> users = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final int to;

    FakeSocks(int to) throws IOException {
        this.to = to;
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket target = new Socket(InetAddress.getLoopbackAddress(), to)) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readByte();
            in.skipNBytes(in.readUnsignedByte());
            out.write(new byte[] {5, 2});
            in.readByte();
            users.add(text(in));
            text(in);
            out.write(new byte[] {1, 0});
            in.skipNBytes(3);
            int kind = in.readByte();
            names.add(kind == NAME ? text(in) : "an address");
            in.skipNBytes(2);
            out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            Thread back = Thread.startVirtualThread(() -> copy(target, client));
            copy(client, target);
            back.join();
        } catch (IOException e) {
            // The client sees that it is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One side has hung up, and so do both.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
