package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

/// The whole of a source's journey in the browser that Tor Browser is made of, without JavaScript.
@Tag("stack")
@ExtendWith(StackExtension.class)
class FirefoxIT {
    /// More than a segment.
    private static final int MEGABYTES = 80;

    private final Stack stack;
    @TempDir Path folder;

    FirefoxIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void no_script_of_a_page_runs_in_it() {
        try (Firefox firefox = Firefox.start();
                Firefox.Source source = firefox.source()) {
            source.goTo(
                    "data:text/html,<p id=p>as it was</p><noscript><p id=n>none</p></noscript>"
                            + "<script>document.getElementById('p').textContent = 'changed'</script>");
            assertThat(source.text("#p")).isEqualTo("as it was");
            assertThat(source.text("#n")).isEqualTo("none");
        }
    }

    @Test
    void a_source_sends_comes_back_by_the_codename_and_leaves() throws Exception {
        Path small = Files.writeString(folder.resolve("näme of a letter.txt"), "what it says\n");
        Path large = random(folder.resolve("recording.bin"));
        Sha256 smallDigest = Sha256.of(Files.readAllBytes(small));
        Sha256 largeDigest = Sha256.of(Files.readAllBytes(large));
        String door = stack.door("drop") + "en";
        try (Firefox firefox = Firefox.start()) {
            String codename;
            try (Firefox.Source source = firefox.source()) {
                source.goTo(door);
                shown(source, "start");
                assertThat(source.context().cookies()).isEmpty();
                source.press("main form button:not(.quiet)").on("#codename");
                shown(source, "codename");
                codename = source.confirm();
                source.on("#message");
                shown(source, "form");
                source.type("#message", "Look at the second page, please.")
                        .choose("#files", small, large)
                        .press("main form button:not(.quiet)")
                        .on("#exhibit-3");
                shown(source, "arrived");
                isListed(source, smallDigest, largeDigest);
                assertThat(segmentsOf((long) MEGABYTES << 20)).isEqualTo(2);
                assertThat(source.content())
                        .doesNotContain("second page", "letter", "recording", codename);
                assertThat(source.context().cookies()).singleElement().satisfies(FirefoxIT::isOurs);

                leave(source, door);
            }
            try (Firefox.Source later = firefox.source()) {
                later.goTo(door + "/return");
                shown(later, "return");
                later.type("#codename", codename)
                        .press("main form button:not(.quiet)")
                        .on("#exhibit-3");
                shown(later, "back");
                isListed(later, smallDigest, largeDigest);
                leave(later, door);
            }
        }
    }

    private static void isListed(Firefox.Source source, Sha256 small, Sha256 large) {
        assertThat(source.texts(".exhibits h2")).containsExactly("Message 1", "File 2", "File 3");
        assertThat(source.texts("#exhibit-2 dd")).contains("13");
        assertThat(source.text("#exhibit-2 .digest")).isEqualTo(small.hex());
        assertThat(source.texts("#exhibit-3 dd")).contains("83,886,080");
        assertThat(source.text("#exhibit-3 .digest")).isEqualTo(large.hex());
    }

    private static void isOurs(Cookie cookie) {
        assertThat(cookie.name).isEqualTo("__Host-sigillo");
        assertThat(cookie.httpOnly).isTrue();
        assertThat(cookie.secure).isTrue();
        assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
        assertThat(cookie.path).isEqualTo("/");
    }

    private static void leave(Firefox.Source source, String door) {
        source.press("form[action$=leave] button");
        source.page().waitForURL("**/leave");
        source.on("main h1");
        shown(source, "left");
        assertThat(source.context().cookies()).isEmpty();
        source.goTo(door + "/case");
        assertThat(source.has(".exhibits")).isFalse();
        shown(source, "over");
    }

    private static void shown(Firefox.Source source, String name) {
        assertThat(source.fits()).as(name).isTrue();
        source.picture(name);
    }

    private static Path random(Path file) throws IOException {
        byte[] megabyte = new byte[1 << 20];
        Random random = new Random(80);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < MEGABYTES; i++) {
                random.nextBytes(megabyte);
                out.write(megabyte);
            }
        }
        return file;
    }

    /// Of the newest file that is as large as this, or a little larger by its padding.
    private int segmentsOf(long size) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT segments FROM exhibit WHERE size BETWEEN ? AND ?")) {
            select.setLong(1, size);
            select.setLong(2, size + size / 8);
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return List.of(rows.getString(1).split(" ")).size();
            }
        }
    }
}
