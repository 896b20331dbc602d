import { defineConfig } from 'vitest/config';

// Wants Chromium at /usr/bin/chromium and a build (`npm run build`); pictures land in target/desk-screenshots.
export default defineConfig({
    test: {
        include: ['test/**/*.browser.ts'],
        testTimeout: 600_000,
        hookTimeout: 60_000,
    },
});
