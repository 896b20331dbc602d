import { gunzipSync, inflateSync } from 'node:zlib';
import { Decrypter, armor } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { base64, concat, fromBase64, fromHex, hex, sha256, utf8 } from '../src/formats/bytes';
import { encode } from '../src/formats/canonical';
import { recipientHash, replyTag } from '../src/formats/entry';
import { identityOf, newIdentity, open, openGrant, seal, sealGrant } from '../src/sealed/age';
import { openSmall, pad, readLabel, readReply, sealSmall, writeReply } from '../src/sealed/box';
import { type Content, collect, openContent, sealContent } from '../src/sealed/content';
import { keyText, parseKeyText, readKeyFile, writeKeyFile } from '../src/sealed/keyfile';
import { SEGMENT, paddedSize, segmentCount } from '../src/sealed/padding';
import { once, same, sample } from './newsroom';
import { vector, vectorText, vectorsIn } from './vectors';

const given = JSON.parse(vectorText('envelope/envelope.json')) as Record<string, string>;
const known = (name: string) => given[name] ?? expect.fail(`no ${name} in the vectors`);

describe('the envelope’s vectors', () => {
    it('give the fingerprint of a seed’s recipient', async () => {
        const person = await identityOf(known('person'));
        expect(recipientHash(person.recipient)).toBe(known('personFingerprint'));
        expect(person.recipient).toHaveLength(1959);
        const codename = JSON.parse(vectorText('envelope/codename.json')) as Record<string, string>;
        expect(codename).toBeTypeOf('object');
        const source = await identityOf('AGE-SECRET-KEY-PQ-12ZT25ELHKA56LKJRSQ3YJZ9DH5D9XZKM6TQ8QY8QPD0XWSWATDUQ4ZP5ZN');
        expect(recipientHash(source.recipient)).toBe('d4aa02c2ab8ba707347230c9a084a567eb130827ea8e0b985cf8bde3710eee96');
    });

    it('open: a reply, for the source and for the case, which is refused anywhere else', async () => {
        const made = JSON.parse(vectorText('envelope/reply.json')) as Record<string, string>;
        const of = (name: string) => made[name] ?? expect.fail(`no ${name} in the vectors`);
        const place = { case: of('case'), reply: of('reply'), generation: 1, writer: of('writer') };
        expect(utf8(of('json'))).toEqual(encode(writeReply(place, of('origin'), of('text'))));
        expect(hex(sha256(fromBase64(of('box'))))).toBe(of('sha256'));
        expect(replyTag(fromHex(of('nonce'), 32), place.reply)).toBe(of('tag'));
        for (const key of ['source', 'case']) {
            const json = await openSmall(fromBase64(of('box')), await identityOf(known(key)));
            expect(readReply(json, place, ['old.example/log', of('origin')])).toBe(of('text'));
            const other = 'f'.repeat(32);
            for (const wrong of [{ case: other }, { reply: other }, { generation: 2 }, { writer: other }]) {
                expect(() => readReply(json, { ...place, ...wrong }, [of('origin')])).toThrow('reply');
            }
            expect(() => readReply(json, place, ['old.example/log'])).toThrow('reply');
        }
    });

    it('open: a grant, a label, a key file', async () => {
        const opened = await openGrant(fromBase64(known('grant')), await identityOf(known('person')));
        expect(`${opened.secret}\n`).toBe(known('grantPlaintext'));
        expect(await openSmall(fromBase64(known('label')), opened)).toEqual({ kind: 'label', v: 1 });
        const file = await readKeyFile(fromBase64(known('keyFile')), known('keyFilePassphrase'));
        expect(keyText(file)).toBe(known('keyFilePlaintext'));
        const armored = utf8(armor.encode(fromBase64(known('keyFile'))));
        expect((await readKeyFile(armored, known('keyFilePassphrase'))).person).toBe(file.person);
    });
});

describe('age as it was published', () => {
    it.each(vectorsIn('age').filter((path) => !path.endsWith('LICENSE.txt')))('%s', async (path) => {
        const bytes = vector(path);
        const split = Buffer.from(bytes).indexOf('\n\n');
        const head = new Map<string, string[]>();
        for (const line of new TextDecoder().decode(bytes.subarray(0, split)).split('\n')) {
            const [name = '', value = ''] = line.split(': ');
            head.set(name, [...(head.get(name) ?? []), value]);
        }
        let file: Uint8Array = bytes.subarray(split + 2);
        const compressed = head.get('compressed')?.[0];
        if (compressed !== undefined) {
            file = new Uint8Array(compressed === 'zlib' ? inflateSync(file) : gunzipSync(file));
        }
        const read = async () => {
            const age = new Decrypter();
            head.get('identity')?.forEach((identity) => age.addIdentity(identity));
            head.get('passphrase')?.forEach((passphrase) => age.addPassphrase(passphrase));
            return age.decrypt(head.has('armored') ? armor.decode(new TextDecoder().decode(file)) : file);
        };
        if (head.get('expect')?.[0] === 'success') {
            expect(hex(sha256(await read()))).toBe(head.get('payload')?.[0]);
        } else {
            await expect(read()).rejects.toThrow();
        }
    });
});

describe('what is sealed to one recipient', () => {
    it('is 1,643 bytes longer than its plaintext, and 16 a chunk', async () => {
        const { recipient } = await newIdentity();
        for (const [plain, chunks] of [[0, 1], [1, 1], [65_536, 1], [65_537, 2]] as const) {
            expect(await seal(new Uint8Array(plain), recipient)).toHaveLength(1643 + plain + 16 * chunks);
        }
    });

    it('goes to post-quantum recipients only', async () => {
        const { recipient } = await newIdentity();
        await expect(seal(utf8('x'), 'age1qqqqqqqq')).rejects.toThrow('post-quantum');
        await expect(seal(utf8('x'), recipient.toUpperCase())).rejects.toThrow();
        await expect(identityOf('AGE-SECRET-KEY-1QQQ')).rejects.toThrow('post-quantum');
    });

    it('does not open for another', async () => {
        const [one, other] = [await newIdentity(), await newIdentity()];
        const grant = await sealGrant(one, one.recipient);
        expect((await openGrant(grant, one)).secret).toBe(one.secret);
        await expect(openGrant(grant, other)).rejects.toThrow();
    });
});

describe('padding', () => {
    it.each([
        [0, 65_536, 1],
        [65_536, 65_536, 1],
        [65_537, 67_584, 1],
        [1_000_000, 1_015_808, 1],
        [67_108_864, 67_108_864, 1],
        [67_108_865, 69_206_016, 2],
        [9_000_000_000, 9_126_805_504, 136],
    ])('makes %d look like %d in %d segments', (size, padded, segments) => {
        expect(paddedSize(size)).toBe(padded);
        expect(segmentCount(size, SEGMENT)).toBe(segments);
    });

    it('of boxes is as the envelope’s example', () => {
        const box = pad(utf8('{"v":1}'));
        expect(box).toHaveLength(4096);
        expect(hex(box.subarray(0, 8))).toBe('7b2276223a317d00');
        expect(pad(new Uint8Array(4096).fill(1))).toHaveLength(4096);
    });
});

describe('labels', () => {
    const place = { origins: ['n', 'o'], case: '11'.repeat(16), exhibit: '22'.repeat(16), generation: 1 };
    const label = {
        origin: 'o',
        case: place.case,
        exhibit: place.exhibit,
        generation: place.generation,
        kind: 'file',
        mediaType: 'text/plain',
        name: 'a.txt',
        salt: '33'.repeat(32),
        segments: ['44'.repeat(32)],
        sha256: '55'.repeat(32),
        size: 3,
        v: 1,
    };

    it('open where they belong', async () => {
        const identity = await newIdentity();
        const box = await sealSmall(label, identity.recipient);
        expect(readLabel(await openSmall(box, identity), place)).toMatchObject({ name: 'a.txt', size: 3 });
    });

    it.each([
        ['another case', { case: '99'.repeat(16) }],
        ['another exhibit', { exhibit: '99'.repeat(16) }],
        ['another generation', { generation: 0 }],
        ['another ledger', { origin: 'p' }],
        ['a message with a name', { kind: 'message' }],
        ['a negative size', { size: -1 }],
    ])('are refused with %s', (_, wrong) => {
        expect(() => readLabel({ ...label, ...wrong }, place)).toThrow();
    });

    it('that are not padded, or nothing but padding, are refused', async () => {
        const identity = await newIdentity();
        await expect(openSmall(await seal(utf8('{"v":1}'), identity.recipient), identity)).rejects.toThrow('4 KiB');
        await expect(openSmall(await seal(new Uint8Array(4096), identity.recipient), identity)).rejects.toThrow();
    });
});

describe('content', () => {
    const SMALL = 65_536;

    async function sealed(bytes: Uint8Array) {
        const identity = await newIdentity();
        const content: Content = { size: bytes.length, sha256: hex(sha256(bytes)) };
        const segments: Uint8Array<ArrayBuffer>[] = [];
        for await (const segment of sealContent(once(bytes), content, identity.recipient, SMALL)) {
            segments.push(segment.bytes);
        }
        const read = (changed: Partial<Content> = {}, stored = segments, listed = stored) =>
            collect(
                openContent(
                    (n) => Promise.resolve(stored[n] ?? new Uint8Array(0)),
                    listed.map((s) => hex(sha256(s))),
                    { ...content, ...changed },
                    identity,
                    SMALL,
                ),
            );
        return { identity, segments, read };
    }

    it.each([0, 1, 65_536, 65_537, 200_000])('of %d bytes comes back', async (size) => {
        const bytes = sample(size);
        const { segments, read } = await sealed(bytes);
        expect(segments).toHaveLength(Math.ceil(paddedSize(size) / SMALL));
        expect(hex(sha256(await read()))).toBe(hex(sha256(bytes)));
    });

    it('is what stock age gives for each segment, one after the other', async () => {
        const bytes = sample(150_000);
        const { identity, segments } = await sealed(bytes);
        const plain = concat(...(await Promise.all(segments.map((s) => open(s, identity)))));
        expect(same(plain.subarray(0, bytes.length), bytes)).toBe(true);
        expect(plain.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
    });

    it('is refused when a segment is changed, missing, moved or another was sealed', async () => {
        const { segments, read } = await sealed(sample(200_000));
        const [first, second, ...rest] = segments;
        if (first === undefined || second === undefined) {
            expect.fail('no segments');
        }
        const changed = second.slice();
        changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
        await expect(read({}, [first, changed, ...rest], segments)).rejects.toThrow('segment 1');
        await expect(read({}, [first, changed, ...rest])).rejects.toThrow();
        await expect(read({}, [second, first, ...rest])).rejects.toThrow();
        await expect(read({}, segments.slice(0, -1))).rejects.toThrow('segments');
        await expect(read({}, [...segments, first])).rejects.toThrow('segments');
    });

    it('is refused when its size or digest is another than was promised', async () => {
        const { read } = await sealed(sample(200_000));
        await expect(read({ size: 199_999 })).rejects.toThrow();
        await expect(read({ size: 200_001 })).rejects.toThrow();
        await expect(read({ sha256: '00'.repeat(32) })).rejects.toThrow('content');
    });

    it('is not sealed when it ends early, goes on, or is another', async () => {
        const { recipient } = await newIdentity();
        const bytes = sample(1000);
        const right = hex(sha256(bytes));
        const run = async (size: number, digest: string) => {
            for await (const segment of sealContent(once(bytes), { size, sha256: digest }, recipient, SMALL)) {
                expect(segment.number).toBe(0);
            }
        };
        await run(1000, right);
        await expect(run(1001, right)).rejects.toThrow();
        await expect(run(999, right)).rejects.toThrow();
        await expect(run(1000, '00'.repeat(32))).rejects.toThrow();
    });

    it('gives out nothing of its end before all of it is right', async () => {
        const { identity, segments } = await sealed(sample(65_536));
        let given = 0;
        const reading = async () => {
            const wrong = { size: 65_536, sha256: '00'.repeat(32) };
            const listed = segments.map((s) => hex(sha256(s)));
            const get = () => Promise.resolve(segments[0] ?? new Uint8Array(0));
            for await (const chunk of openContent(get, listed, wrong, identity, SMALL)) {
                given += chunk.length;
            }
        };
        await expect(reading()).rejects.toThrow();
        expect(given).toBe(0);
    });
});

describe('key files', () => {
    it('are one scrypt stanza and come back', async () => {
        const identity = await newIdentity();
        const own = { person: 'ab'.repeat(16), seed: fromHex('05'.repeat(32), 32), genesis: 'cd'.repeat(32), identity };
        const file = await writeKeyFile(own, 'correct horse', 10);
        expect(new TextDecoder().decode(file.subarray(0, 60))).toMatch(/^age-encryption.org\/v1\n-> scrypt \S{22} 10\n/);
        expect(await readKeyFile(file, 'correct horse')).toEqual(own);
        await expect(readKeyFile(file, 'correct  horse')).rejects.toMatchObject({ name: 'NotOpened' });
        expect(base64(file)).not.toContain(own.person);
    });

    it.each([
        ['another title', (text: string) => text.replace('v1', 'v2')],
        ['lines in another order', (text: string) => text.replace(/(# person.*\n)(# signing.*\n)/, '$2$1')],
        ['another comment', (text: string) => `${text}# more\n`],
        ['no last line end', (text: string) => text.slice(0, -1)],
        ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
        ['two identities', (text: string) => `${text}${text.split('\n').at(-2) ?? ''}\n`],
        ['a short seed', (text: string) => text.replace('05', '')],
        ['an identity in lower case', (text: string) => text.replace(/AGE.*\n/, (line) => line.toLowerCase())],
        ['a broken checksum', (text: string) => text.replace(/.\n$/, (end) => (end === 'Q\n' ? 'P\n' : 'Q\n'))],
    ])('are refused with %s', async (_, change) => {
        const text = known('keyFilePlaintext');
        expect((await parseKeyText(text)).person).toBe('ab'.repeat(16));
        expect(change(text)).not.toBe(text);
        await expect(parseKeyText(change(text))).rejects.toThrow();
    });
});
