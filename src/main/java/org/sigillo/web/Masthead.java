package org.sigillo.web;

import io.quarkus.qute.TemplateGlobal;
import org.eclipse.microprofile.config.ConfigProvider;

/// What stands at the head of the pages that need no script, at each door.
@TemplateGlobal
final class Masthead {
    private Masthead() {}

    /// Whether their mark stands beside the name.
    static boolean logo() {
        return ConfigProvider.getConfig()
                .getOptionalValue("sigillo.newsroom.logo", String.class)
                .isPresent();
    }

    /// Whose pages these are: a source must be able to tell.
    static String newsroom() {
        return ConfigProvider.getConfig().getValue("sigillo.newsroom.name", String.class);
    }
}
