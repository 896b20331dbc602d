// C2SP signed notes and tlog checkpoints, with Ed25519 signatures (type 0x01) of the log alone. The log's second key
// (type 0x06, ML-DSA-44) and its line are passed over like witnesses' cosignatures: they are for auditors' programs,
// and another signature scheme would be more to load and to read than it adds here.
import { ed25519 } from '@noble/curves/ed25519.js';
import { BrokenEvidence, type Bytes, Malformed, fromBase64, hex, same, sha256, utf8 } from './bytes';
import { EMPTY } from './merkle';

export interface Verifier {
    readonly name: string;
    readonly id: string;
    readonly key: Bytes;
}

export interface Checkpoint {
    readonly origin: string;
    readonly size: number;
    readonly root: Bytes;
}

const ED25519 = 1;
const STRICT = { zip215: false };
const MOST_SIGNATURES = 100;

/** Reads `<name>+<key id>+<base64 of type and key>`; undefined for a type other than Ed25519. */
export function parseVerifier(vkey: string): Verifier | undefined {
    const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey);
    const [, name, id, encoded] = match ?? [];
    if (name === undefined || id === undefined || encoded === undefined) {
        throw new Malformed('not a verifier key');
    }
    const typed = fromBase64(encoded);
    if (hex(sha256(utf8(`${name}\n`), typed).subarray(0, 4)) !== id) {
        throw new Malformed('a verifier key whose id is not its own');
    }
    return typed[0] === ED25519 && typed.length === 33 ? { name, id, key: typed.slice(1) } : undefined;
}

/** The text of a note that one of these keys signed. A known key whose signature fails refuses the whole note. */
export function openNote(note: string, verifiers: readonly Verifier[]): string {
    // Only the signed text may hold anything but printable lines, and it may not hold control characters either.
    // eslint-disable-next-line no-control-regex
    if (!note.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(note)) {
        throw new Malformed('a note holds UTF-8 text and line ends');
    }
    const split = note.lastIndexOf('\n\n');
    if (split < 0 || !note.endsWith('\n')) {
        throw new Malformed('a note has a text, an empty line and signatures');
    }
    const text = note.slice(0, split + 1);
    const lines = note.slice(split + 2, -1).split('\n');
    if (lines.length > MOST_SIGNATURES) {
        throw new Malformed('too many signatures');
    }
    let known = 0;
    for (const line of lines) {
        const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
        if (name === undefined || encoded === undefined) {
            throw new Malformed('not a signature line');
        }
        const bytes = fromBase64(encoded);
        const id = hex(bytes.subarray(0, 4));
        const verifier = verifiers.find((v) => v.name === name && v.id === id);
        if (verifier !== undefined) {
            const signature = bytes.subarray(4);
            if (signature.length !== 64 || !ed25519.verify(signature, utf8(text), verifier.key, STRICT)) {
                throw new BrokenEvidence('the checkpoint', `a signature by ${verifier.name}`, 'one that does not hold');
            }
            known++;
        }
    }
    if (known === 0) {
        throw new BrokenEvidence('the checkpoint', 'a signature by the log', 'none');
    }
    return text;
}

export function parseCheckpoint(text: string): Checkpoint {
    const [origin, size, root] = text.split('\n');
    if (origin === undefined || size === undefined || root === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(size)) {
        throw new Malformed('not a checkpoint');
    }
    const checkpoint = { origin, size: Number(size), root: fromBase64(root) };
    if (!Number.isSafeInteger(checkpoint.size) || checkpoint.root.length !== 32 || origin === '') {
        throw new Malformed('not a checkpoint');
    }
    if (checkpoint.size === 0 && !same(checkpoint.root, EMPTY)) {
        throw new BrokenEvidence('the checkpoint', 'the empty root for size 0', hex(checkpoint.root));
    }
    return checkpoint;
}

/** The checkpoint in a note, if the log of this origin signed it. */
export function openCheckpoint(note: string, origin: string, verifiers: readonly Verifier[]): Checkpoint {
    const own = verifiers.filter((v) => v.name === origin);
    const checkpoint = parseCheckpoint(openNote(note, own));
    if (checkpoint.origin !== origin) {
        throw new BrokenEvidence('the checkpoint', origin, checkpoint.origin);
    }
    return checkpoint;
}
