import { describe, expect, it } from 'vitest';
import { EMPTY, consistent, included, leafHash, rootOf } from '../src/formats/merkle';
import { base64, concat, fromBase64, fromHex, grouped, hex, sha256, utf8 } from '../src/formats/bytes';
import { encode, parseObject } from '../src/formats/canonical';
import { accountHash, caseTag, fingerprint, parseEntry, recipientHash } from '../src/formats/entry';
import { type Manifest, nameFault, parseManifest, writeManifest } from '../src/formats/manifest';
import { openCheckpoint, openNote, parseCheckpoint, parseVerifier } from '../src/formats/note';
import { bodyDigest, message, parseClaims, time, writeTime } from '../src/formats/statement';
import { vector, vectorText, vectorsIn } from './vectors';

describe('bytes', () => {
    it('are read only in the form in which they are written', () => {
        expect(fromHex('00ff', 2)).toEqual(Uint8Array.of(0, 255));
        for (const wrong of ['00FF', '0ff', '00ff00', 'zz00']) {
            expect(() => fromHex(wrong, 2)).toThrow();
        }
        for (const wrong of ['AA', 'AA=', 'AB==', 'AAA=\n', 'A A=', '_A==']) {
            expect(() => fromBase64(wrong)).toThrow();
        }
        expect(base64(fromBase64('AAE='))).toBe('AAE=');
        expect(grouped('0123456789')).toBe('0123 4567 89');
    });
});

describe('canonical JSON', () => {
    it('writes members in their order, without blanks', () => {
        expect(hex(encode({ v: 1 }))).toBe('7b2276223a317d');
        expect(new TextDecoder().decode(encode({ b: [true, 'é\n'], a: { z: 0, '\u20ac': -1 } }))).toBe(
            '{"a":{"z":0,"€":-1},"b":[true,"é\\n"]}',
        );
    });

    it.each([
        ['a blank', '{"v": 1}'],
        ['another order', '{"b":1,"a":2}'],
        ['a name twice', '{"a":1,"a":1}'],
        ['a fraction', '{"v":1.5}'],
        ['a number written otherwise', '{"v":1e2}'],
        ['minus zero', '{"v":-0}'],
        ['a number beyond 2^53-1', '{"v":9007199254740992}'],
        ['null', '{"v":null}'],
        ['a lone surrogate', '{"v":"\\ud800"}'],
        ['an escape that is not needed', '{"v":"\\u0041"}'],
        ['an array', '[1]'],
        ['a byte order mark', '\ufeff{"v":1}'],
    ])('refuses %s', (_, text) => {
        expect(() => parseObject(utf8(text))).toThrow();
    });
});

describe('the tree', () => {
    const judged = (folder: string) =>
        vectorsIn(`merkle/${folder}`).map((path) => [path, JSON.parse(vectorText(path)) as Proof] as const);

    interface Proof {
        readonly [name: string]: unknown;
        readonly proof: readonly string[] | null;
        readonly wantErr: boolean;
    }
    const path = (proof: Proof) => (proof.proof ?? []).map(lenient);
    // Vectors carry roots of wrong lengths as well.
    const lenient = (text: unknown) =>
        Uint8Array.from(typeof text === 'string' ? atob(text) : '', (c) => c.charCodeAt(0));

    it('accepts the published inclusion proofs that hold, and no other', () => {
        const all = judged('inclusion');
        expect(all).toHaveLength(98);
        for (const [name, v] of all) {
            const [index, size] = [Number(v['leafIdx']), Number(v['treeSize'])];
            expect(included(index, size, lenient(v['leafHash']), path(v), lenient(v['root'])), name).toBe(!v.wantErr);
        }
    });

    it('accepts the published consistency proofs that hold, and no other', () => {
        const all = judged('consistency');
        expect(all.length).toBeGreaterThan(50);
        for (const [name, v] of all) {
            const [first, second] = [Number(v['size1']), Number(v['size2'])];
            const holds = consistent(first, second, lenient(v['root1']), lenient(v['root2']), path(v));
            expect(holds, name).toBe(!v.wantErr);
        }
    });

    it('has the roots of another log for the same entries', () => {
        const key = parseVerifier('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
        const entries: Uint8Array[] = [];
        const bundle = vector('tessera-log/tile/entries/000.p/15');
        for (let at = 0; at < bundle.length; ) {
            const length = ((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0);
            entries.push(bundle.subarray(at + 2, at + 2 + length));
            at += 2 + length;
        }
        expect(entries).toHaveLength(15);
        for (let size = 0; size <= 15; size++) {
            const note = vectorText(`tessera-log/checkpoint.${size}`);
            const checkpoint = openCheckpoint(note, 'example.com/log/testdata', key === undefined ? [] : [key]);
            expect(checkpoint.size).toBe(size);
            expect(hex(checkpoint.root)).toBe(hex(rootOf(entries.slice(0, size))));
        }
    });
});

describe('notes', () => {
    const VKEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
    const keys = [parseVerifier(VKEY)].flatMap((key) => key ?? []);
    const note = vectorText('tessera-log/checkpoint');

    it('refuses a key whose id is another', () => {
        expect(() => parseVerifier(VKEY.replace('33d7b496', '33d7b497'))).toThrow();
    });

    it('passes over a second key of type 0x06 and its line', () => {
        const origin = 'example.com/log/testdata';
        const typed = concat(Uint8Array.of(6), new Uint8Array(1312).fill(9));
        const id = sha256(utf8(`${origin}\n`), typed).subarray(0, 4);
        const second = `${origin}+${hex(id)}+${base64(typed)}`;
        expect(parseVerifier(second)).toBeUndefined();
        expect(() => parseVerifier(second.replace(hex(id), '00000000'))).toThrow();
        const line = `— ${origin} ${base64(concat(id, new Uint8Array(2428)))}\n`;
        expect(openCheckpoint(note + line, origin, keys).size).toBe(15);
        expect(() => openNote(note.slice(0, note.indexOf('—')) + line, keys)).toThrow();
    });

    it.each([
        ['a changed size', note.replace('\n15\n', '\n14\n')],
        ['a changed signature', note.replace('M9e0luh4', 'M9e0luh5')],
        ['no signature', note.slice(0, note.indexOf('—'))],
        ['only an unknown signature', note.replace('— example.com/log', '— example.org/log')],
        ['a carriage return', note.replace('\n15', '\r\n15')],
        ['no last line end', note.slice(0, -1)],
    ])('refuses %s', (_, changed) => {
        expect(openNote(note, keys)).toContain('\n15\n');
        expect(() => openNote(changed, keys)).toThrow();
    });

    it.each(['o\n01\nAAAA', 'o\n-1\nAAAA', 'o\n1 \nAAAA', 'o\n1', `o\n0\n${base64(new Uint8Array(32))}\n`])(
        'refuses the checkpoint %j',
        (text) => {
            expect(() => parseCheckpoint(text)).toThrow();
        },
    );

    it('takes the empty root for size 0', () => {
        expect(parseCheckpoint(`o\n0\n${base64(EMPTY)}\n`).size).toBe(0);
    });
});

describe('entries', () => {
    const nonce = '11'.repeat(32);
    const id = '22'.repeat(16);
    const entry = (event: object, more: object = {}) =>
        utf8(JSON.stringify({ event, n: 3, nonce, prev: '33'.repeat(32), v: 1, ...more }));

    it('are read in their canonical form', () => {
        const bytes = entry({ actor: id, at: '2026-11-24T09:30:00Z', body: {}, type: 'case.exported' });
        expect(parseEntry(bytes)).toMatchObject({ n: 3, type: 'case.exported', actor: id, body: {} });
        expect(hex(leafHash(bytes))).toBe(hex(sha256(Uint8Array.of(0), bytes)));
    });

    it.each([
        ['an unknown member', entry({ at: '2026-11-24', body: {}, type: 'x' }, { w: 1 })],
        ['another version', entry({ at: '2026-11-24', body: {}, type: 'x' }, { v: 2 })],
        ['a stranger as actor', entry({ actor: 'Rosa', at: '2026-11-24', body: {}, type: 'x' })],
        ['a day that is none', entry({ at: '2026-02-30', body: {}, type: 'x' })],
        ['a time with fractions', entry({ at: '2026-11-24T09:30:00.5Z', body: {}, type: 'x' })],
        ['more than 16 KiB', entry({ at: '2026-11-24', body: { x: 'x'.repeat(16_384) }, type: 'x' })],
    ])('are refused with %s', (_, bytes) => {
        expect(() => parseEntry(bytes)).toThrow();
    });

    it('name cases, people and accounts by hashes of their own domain', () => {
        const raw = fromHex(nonce, 32);
        expect(caseTag(raw, id)).toBe(hex(sha256(utf8('sigillo/case/v1'), raw, fromHex(id, 16))));
        const recipient = recipientHash('age1pq1xyz');
        expect(fingerprint(nonce, recipient)).toBe(
            hex(sha256(utf8('sigillo/person/v1'), raw, fromHex(recipient, 32))),
        );
        expect(hex(accountHash(raw, 'subject'))).toBe(hex(sha256(raw, utf8('subject'))));
    });
});

describe('statements', () => {
    it('are signed under their own domain', () => {
        expect(new TextDecoder().decode(message(utf8('{}')))).toBe('sigillo/statement/v1\n{}');
    });

    it('take the body without its statement for their digest', () => {
        const body = { person: '22'.repeat(16), role: 'editor' };
        expect(bodyDigest({ ...body, statement: { bytes: '', signature: '' } })).toBe(hex(sha256(encode(body))));
    });

    it('know times in whole seconds of UTC only', () => {
        expect(writeTime(time('2026-11-24T09:30:00Z'))).toBe('2026-11-24T09:30:00Z');
        for (const wrong of ['2026-11-24T09:30:00+00:00', '2026-11-24 09:30:00Z', '2026-13-01T00:00:00Z', '']) {
            expect(() => time(wrong)).toThrow();
        }
    });

    it('are refused with round 0, an unknown role or member', () => {
        const claims = {
            at: '2026-11-24T09:30:00Z',
            digest: '44'.repeat(32),
            key: '55'.repeat(32),
            kind: 'release.vote',
            origin: 'o',
            round: 1,
            rules: 1,
            seen: { root: hex(EMPTY), size: 0 },
            subject: '22'.repeat(16),
        };
        expect(parseClaims(encode(claims)).kind).toBe('release.vote');
        for (const wrong of [{ round: 0 }, { role: 'king' }, { extra: 1 }, { digest: 'x' }]) {
            expect(() => parseClaims(encode({ ...claims, ...wrong }))).toThrow();
        }
    });
});

describe('the manifest', () => {
    const manifest = (...names: string[]): Manifest => ({
        items: names.map((name) => ({ name, sha256: '66'.repeat(32), size: 1 })),
        jurisdictions: ['FR'],
        random: '77'.repeat(32),
        reason: 'R',
        release: '22'.repeat(16),
        title: 'T',
        v: 1,
    });

    it('comes back as it was written', () => {
        const one = manifest('a/b.pdf', 'Ärger.txt');
        expect(parseManifest(writeManifest(one))).toEqual(one);
    });

    it.each([
        ['', 'empty'],
        ['a\u0308', 'form'],
        ['a\u202eb', 'hidden'],
        ['a\u200bb', 'hidden'],
        ['a\u2028b', 'hidden'],
        ['a\u0007', 'hidden'],
        ['../a', 'path'],
        ['/a', 'path'],
        ['a//b', 'path'],
        ['a\\b', 'path'],
        ['a'.repeat(256), 'long'],
        ['OTHER', 'twice'],
    ])('refuses the name %j (%s)', (name, fault) => {
        expect(nameFault(['other', name], 1)).toBe(fault);
        expect(() => writeManifest(manifest('other', name))).toThrow();
    });

    it('needs an item, a title and a reason', () => {
        expect(() => writeManifest(manifest())).toThrow();
        expect(() => writeManifest({ ...manifest('a'), title: ' ' })).toThrow();
    });
});
