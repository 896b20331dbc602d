package org.sigillo.newsstand;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.MessageBundles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.release.Shelf;
import org.sigillo.web.Door;
import org.sigillo.web.Doors;
import org.sigillo.web.Language;

/// What was released, and one release.
@Path("/news")
@RunOnVirtualThread
public final class NewsPage {
    private final Shelf shelf;
    private final Doors doors;

    NewsPage(Shelf shelf, Doors doors) {
        this.shelf = shelf;
        this.doors = doors;
    }

    @GET
    @PermitAll
    public Response door(@HeaderParam("Accept-Language") @Nullable String accept) {
        return releases(Language.preferred(Optional.ofNullable(accept)));
    }

    @GET
    @Path("{language: [a-z]{2}}")
    @PermitAll
    public Response releases(@PathParam("language") String language) {
        return releases(Language.of(language));
    }

    @GET
    @Path("releases/{release: [0-9a-f]{32}}")
    @PermitAll
    public Response release(
            @PathParam("release") String release,
            @HeaderParam("Accept-Language") @Nullable String accept) {
        return release(Language.preferred(Optional.ofNullable(accept)), Id.parse(release));
    }

    @GET
    @Path("{language: [a-z]{2}}/releases/{release: [0-9a-f]{32}}")
    @PermitAll
    public Response releaseIn(
            @PathParam("language") String language, @PathParam("release") String release) {
        return release(Language.of(language), Id.parse(release));
    }

    private Response releases(Language language) {
        List<NewsPages.Line> lines =
                shelf.all().stream()
                        .map(it ->
                                new NewsPages.Line(
                                        it.manifest().release().hex(),
                                        it.manifest().title(),
                                        it.released().substring(0, 10),
                                        it.manifest().items().size()))
                        .toList();
        return page(language, NewsPages.releases(new NewsPages.View(language, ""), lines));
    }

    private Response release(Language language, Id release) {
        Shelf.Published published = shelf.find(release).orElseThrow(NewsPage::unknown);
        Manifest manifest = published.manifest();
        NumberFormat numbers = NumberFormat.getIntegerInstance(Locale.of(language.code()));
        String files = doors.origin(Door.FILES).text();
        List<NewsPages.Item> items = new ArrayList<>();
        for (Manifest.Item item : manifest.items()) {
            int number = items.size() + 1;
            items.add(
                    new NewsPages.Item(
                            number,
                            item.name(),
                            numbers.format(item.size()),
                            item.sha256().hex(),
                            files
                                    + "/"
                                    + release
                                    + "/"
                                    + FilesApi.encoded(ReleasePackage.path(number, item))));
        }
        return page(
                language,
                NewsPages.release(
                        new NewsPages.View(language, "/releases/" + release),
                        new NewsPages.Release(
                                release.hex(),
                                manifest.title(),
                                manifest.reason(),
                                published.released().substring(0, 10),
                                items,
                                files + "/" + release + ".tar",
                                published.genesis().hex(),
                                published.origin(),
                                manifest.digest().hex(),
                                published.index())));
    }

    static Refusal unknown() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "",
                "Nothing was released under this address. Go to the start page for what was.");
    }

    private static Response page(Language language, TemplateInstance page) {
        return Response.ok(
                        page.setAttribute(
                                        MessageBundles.ATTRIBUTE_LOCALE, Locale.of(language.code()))
                                .render(),
                        "text/html; charset=utf-8")
                .header("Content-Language", language.code())
                .header("Vary", "Accept-Language")
                .build();
    }
}
