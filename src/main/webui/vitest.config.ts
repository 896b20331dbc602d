import { defineConfig } from 'vitest/config';

export default defineConfig({
    test: {
        maxWorkers: '100%',
        include: ['test/**/*.test.{ts,tsx}'],
        testTimeout: 30_000,
    },
});
