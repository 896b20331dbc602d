import { defineConfig } from 'vite';

// Three programs without a page of their own: the server writes the shell. Names carry no hash, so that the
// shell, the Trusted Types policy and the reproducible bundle of `sigillo desk` can name them.
export default defineConfig({
    publicDir: false,
    build: {
        outDir: 'dist',
        target: 'es2022',
        modulePreload: false,
        sourcemap: false,
        assetsInlineLimit: 0,
        rollupOptions: {
            input: {
                desk: 'src/desk.tsx',
                'keys-worker': 'src/keys-worker.ts',
                sw: 'src/sw.ts',
            },
            output: {
                entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name].js'),
                chunkFileNames: 'assets/[name].js',
                assetFileNames: 'assets/[name][extname]',
            },
        },
    },
});
