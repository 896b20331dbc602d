package org.sigillo.web;

import io.quarkus.qute.TemplateGlobal;
import org.eclipse.microprofile.config.ConfigProvider;

/// What stands at the head of the pages that need no script, at each door.
@TemplateGlobal
final class Masthead {
    private Masthead() {}

    /// Whose pages these are: a source must be able to tell.
    static String newsroom() {
        return ConfigProvider.getConfig().getValue("sigillo.newsroom.name", String.class);
    }
}
