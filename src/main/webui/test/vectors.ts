// The published vectors that the whole project shares.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../test/resources/vectors/', import.meta.url));

export function vector(path: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(readFileSync(ROOT + path));
}

export function vectorText(path: string): string {
    return readFileSync(ROOT + path, 'utf8');
}

/** Every file below this folder. */
export function vectorsIn(folder: string): string[] {
    return readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replace('//', '/'))
        .sort();
}
