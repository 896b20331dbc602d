// Small sealed things: canonical JSON, then zero bytes up to a multiple of 4 KiB, inside one age file.
import { BrokenEvidence, type Bytes, Malformed } from '../formats/bytes';
import {
    type Obj,
    encode,
    hashText,
    idText,
    number,
    parseObject,
    text,
    texts,
} from '../formats/canonical';
import { type Identity, open, seal } from './age';
import { paddedSize } from './padding';

const BLOCK = 4096;

export function pad(plain: Uint8Array): Bytes {
    const padded = new Uint8Array(Math.max(1, Math.ceil(plain.length / BLOCK)) * BLOCK);
    padded.set(plain);
    return padded;
}

export function unpad(padded: Uint8Array): Uint8Array {
    let end = padded.length;
    while (end > 0 && padded[end - 1] === 0) {
        end--;
    }
    return padded.subarray(0, end);
}

export async function sealSmall(value: Obj, ...recipients: readonly string[]): Promise<Bytes> {
    return seal(pad(encode(value)), ...recipients);
}

export async function openSmall(box: Uint8Array, identity: Identity): Promise<Obj> {
    const padded = await open(box, identity);
    if (padded.length === 0 || padded.length % BLOCK !== 0) {
        throw new Malformed('a box is padded to a multiple of 4 KiB');
    }
    return parseObject(unpad(padded));
}

/** What an exhibit is: known only to those who hold its case's generation. */
export interface Label {
    readonly kind: 'file' | 'message';
    readonly name?: string;
    readonly mediaType: string;
    readonly size: number;
    readonly sha256: string;
    readonly salt: string;
    readonly segments: readonly string[];
}

/** Where a label belongs; one that says otherwise is refused. */
export interface Place {
    /** Of this ledger and of those that were closed before it. */
    readonly origins: readonly string[];
    readonly case: string;
    readonly exhibit: string;
    readonly generation: number;
}

export function readLabel(json: Obj, place: Place): Label {
    if (number(json, 'v') !== 1) {
        throw new Malformed('only labels of version 1 are known');
    }
    const found = [text(json, 'origin'), idText(json, 'case'), idText(json, 'exhibit'), number(json, 'generation')];
    const origin = place.origins.find((it) => it === found[0]) ?? place.origins.join(' or ');
    const expected = [origin, place.case, place.exhibit, place.generation];
    if (found.join(' ') !== expected.join(' ')) {
        throw new BrokenEvidence(`the label of ${place.exhibit}`, expected.join(' '), found.join(' '));
    }
    const kind = text(json, 'kind');
    if ((kind !== 'file' && kind !== 'message') || (kind === 'file') !== 'name' in json) {
        throw new Malformed('a label is of a file with a name, or of a message without one');
    }
    const label: Label = {
        kind,
        mediaType: text(json, 'mediaType'),
        size: number(json, 'size'),
        sha256: hashText(json, 'sha256'),
        salt: hashText(json, 'salt'),
        segments: texts(json, 'segments'),
        ...(kind === 'file' ? { name: text(json, 'name') } : {}),
    };
    paddedSize(label.size);
    return label;
}

/** Where a reply belongs, and who signed for it. */
export interface ReplyPlace {
    readonly case: string;
    readonly reply: string;
    readonly generation: number;
    readonly writer: string;
}

export function writeReply(place: ReplyPlace, origin: string, words: string): Obj {
    return { v: 1, kind: 'reply', origin, ...place, text: words };
}

/** What a reply says; one that says that it belongs elsewhere, or is another's, is refused. */
export function readReply(json: Obj, place: ReplyPlace, origins: readonly string[]): string {
    const found = [text(json, 'case'), text(json, 'reply'), number(json, 'generation'), text(json, 'writer')].join(' ');
    const expected = [place.case, place.reply, place.generation, place.writer].join(' ');
    const known = number(json, 'v') === 1 && text(json, 'kind') === 'reply' && origins.includes(text(json, 'origin'));
    if (!known || found !== expected) {
        throw new BrokenEvidence(`reply ${place.reply}`, expected, found);
    }
    return text(json, 'text');
}
