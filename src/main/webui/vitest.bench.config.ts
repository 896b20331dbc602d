import { defineConfig } from 'vitest/config';

// Measures; wants Chromium at /usr/bin/chromium. Asserts nothing about speed.
export default defineConfig({
    test: {
        include: ['bench/**/*.bench.ts'],
        testTimeout: 600_000,
    },
});
