import { defineConfig } from 'vite';

// Five programs, each one file without imports, built one after the other (`vite build --mode <program>`). Names
// carry no hash, so that the Trusted Types policy and the reproducible bundle of `sigillo desk` can name them.
const PROGRAMS: Readonly<Record<string, { readonly source: string; readonly file: string }>> = {
    desk: { source: 'index.html', file: 'assets/desk.js' },
    'keys-worker': { source: 'src/keys-worker.ts', file: 'assets/keys-worker.js' },
    sw: { source: 'src/sw.ts', file: 'sw.js' },
    drop: { source: 'src/drop.ts', file: 'assets/drop.js' },
    'drop-worker': { source: 'src/drop-worker.ts', file: 'assets/drop-worker.js' },
};

export default defineConfig(({ mode }) => {
    const name = mode === 'production' || mode === 'development' ? 'desk' : mode;
    const program = PROGRAMS[name];
    if (program === undefined) {
        throw new Error(`no program ${name}`);
    }
    return {
        publicDir: name === 'desk' ? 'public' : false,
        build: {
            outDir: 'dist',
            emptyOutDir: name === 'desk',
            target: 'es2022',
            modulePreload: false,
            sourcemap: false,
            assetsInlineLimit: 0,
            reportCompressedSize: false,
            rolldownOptions: {
                input: { [name]: program.source },
                output: { entryFileNames: program.file, assetFileNames: 'assets/[name][extname]' },
            },
        },
    };
});
