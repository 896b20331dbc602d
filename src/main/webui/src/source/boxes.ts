// What a sender says of an exhibit: to the newsroom by its label, to the source by its stubs (docs/spec/envelope.md §12, §14).
import { BrokenEvidence, Malformed, fromHex, hex, tagged } from '../formats/bytes';
import { type Obj, hashText, idText, number, only, text, texts } from '../formats/canonical';
import { paddedSize } from '../sealed/padding';

export type Of = 'file' | 'message';

export interface Place {
    readonly origin: string;
    readonly case: string;
    readonly exhibit: string;
    readonly generation: number;
}

/** What is known of a content once all of it was sealed. */
export interface Sealed {
    readonly size: number;
    readonly sha256: string;
    readonly salt: string;
    readonly segments: readonly string[];
}

export function contentHash(salt: string, sha256: string): string {
    return hex(tagged('sigillo/content/v1', fromHex(salt, 32), fromHex(sha256, 32)));
}

function common(place: Place, sealed: Sealed): Obj {
    return { v: 1, ...place, size: sealed.size, sha256: sealed.sha256, salt: sealed.salt, segments: sealed.segments };
}

/** `name` undefined: a message. */
export function label(place: Place, sealed: Sealed, name: string | undefined, mediaType: string): Obj {
    const kind = name === undefined ? { kind: 'message' } : { kind: 'file', name };
    return { ...common(place, sealed), ...kind, mediaType };
}

export function stub(place: Place, sealed: Sealed, of: Of): Obj {
    return { ...common(place, sealed), kind: 'stub', of };
}

export function unfinishedStub(place: Place, size: number, of: Of): Obj {
    return { v: 1, kind: 'unfinished', ...place, size, of };
}

const PLACE = ['v', 'kind', 'origin', 'case', 'exhibit', 'generation', 'size', 'of'];

function read(json: Obj, kind: string, place: Omit<Place, 'origin'>, origins: readonly string[]): { size: number; of: Of } {
    const found = [number(json, 'v'), text(json, 'kind'), idText(json, 'case'), idText(json, 'exhibit'), number(json, 'generation')];
    const expected = [1, kind, place.case, place.exhibit, place.generation];
    if (found.join(' ') !== expected.join(' ') || !origins.includes(text(json, 'origin'))) {
        throw new BrokenEvidence(`the stub of ${place.exhibit}`, expected.join(' '), `${found.join(' ')}, ${text(json, 'origin')}`);
    }
    const of = text(json, 'of');
    if (of !== 'file' && of !== 'message') {
        throw new Malformed('a stub is of a file or of a message');
    }
    const size = number(json, 'size');
    paddedSize(size);
    return { size, of };
}

export function readUnfinished(json: Obj, place: Omit<Place, 'origin'>, origins: readonly string[]): { size: number; of: Of } {
    return read(only(json, ...PLACE), 'unfinished', place, origins);
}

export function readStub(json: Obj, place: Omit<Place, 'origin'>, origins: readonly string[]): Omit<Sealed, 'segments'> & { of: Of } {
    only(json, ...PLACE, 'sha256', 'salt', 'segments');
    texts(json, 'segments');
    return { ...read(json, 'stub', place, origins), sha256: hashText(json, 'sha256'), salt: hashText(json, 'salt') };
}
