// The manifest of a release: what exactly is to be published (docs/spec/statements.md).
import { type Bytes, Malformed } from './bytes';
import { type Json, encode, hashText, idText, number, objects, only, parseObject, text, texts } from './canonical';

export interface Item {
    readonly name: string;
    readonly sha256: string;
    readonly size: number;
}

export interface Manifest {
    readonly items: readonly Item[];
    readonly jurisdictions: readonly string[];
    readonly random: string;
    readonly reason: string;
    readonly release: string;
    readonly title: string;
    readonly v: 1;
}

// Control and direction characters, and others that show as nothing or as different things to different people.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u;
const LONGEST = 255;

export type NameFault = 'empty' | 'form' | 'hidden' | 'path' | 'long' | 'twice';

/** What is wrong with the name at this place in the list, if anything. */
export function nameFault(names: readonly string[], at: number): NameFault | undefined {
    const name = names[at] ?? '';
    if (name === '') {
        return 'empty';
    }
    if (!name.isWellFormed() || name.normalize('NFC') !== name) {
        return 'form';
    }
    if (HIDDEN.test(name)) {
        return 'hidden';
    }
    if (name.includes('\\') || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        return 'path';
    }
    if (name.length > LONGEST) {
        return 'long';
    }
    return names.some((other, i) => i !== at && fold(other) === fold(name)) ? 'twice' : undefined;
}

function fold(name: string): string {
    return name.toUpperCase().toLowerCase();
}

function check(manifest: Manifest): Manifest {
    const names = manifest.items.map((item) => item.name);
    names.forEach((name, i) => {
        const fault = nameFault(names, i);
        if (fault !== undefined) {
            throw new Malformed(`the item name ${JSON.stringify(name)} cannot be published (${fault})`);
        }
    });
    if (manifest.title.trim() === '' || manifest.reason.trim() === '') {
        throw new Malformed('a release has a title and a reason');
    }
    if (names.length === 0 || manifest.items.some((item) => item.size < 0)) {
        throw new Malformed('a release has at least one item, and sizes are not negative');
    }
    return manifest;
}

export function writeManifest(manifest: Manifest): Bytes {
    return encode(check(manifest) as unknown as Json);
}

export function parseManifest(bytes: Uint8Array): Manifest {
    const json = parseObject(bytes);
    only(json, 'items', 'jurisdictions', 'random', 'reason', 'release', 'title', 'v');
    if (number(json, 'v') !== 1) {
        throw new Malformed('only manifests of version 1 are known');
    }
    return check({
        items: objects(json, 'items').map((item) => {
            only(item, 'name', 'sha256', 'size');
            return { name: text(item, 'name'), sha256: hashText(item, 'sha256'), size: number(item, 'size') };
        }),
        jurisdictions: texts(json, 'jurisdictions'),
        random: hashText(json, 'random'),
        reason: text(json, 'reason'),
        release: idText(json, 'release'),
        title: text(json, 'title'),
        v: 1,
    });
}
