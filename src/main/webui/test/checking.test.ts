// Receipts that the server's program has made (test/resources/vectors/receipt), as the sources' page checks them: whole, altered in
// each of their parts, of other logs, and things that are none.
import { describe, expect, it } from 'vitest';
import { type Bytes, base64, concat, fromBase64, fromUtf8, hex, utf8 } from '../src/formats/bytes';
import { encode, parseObject, text } from '../src/formats/canonical';
import { leafHash } from '../src/formats/merkle';
import { isProof, parseReceipt } from '../src/formats/receipt';
import { seal } from '../src/sealed/age';
import { isAge } from '../src/sealed/header';
import { Checking, type Found, type FromCheck, LARGEST, checking } from '../src/source/checking';
import { derive } from '../src/source/codename';
import { parse } from '../src/source/words';
import { sample } from './newsroom';
import { vector } from './vectors';

const entryOf = (name: string) => text(parseObject(vector(`receipt/${name}`)), 'entry');
const entry = entryOf('genesis.json');
const ledgers = { genesis: hex(leafHash(fromBase64(entry))), instance: '11'.repeat(32), entry, closed: [entryOf('closed-genesis.json')] };
const own = vector('receipt/own.tlog-proof');
const copy = new Blob([vector('receipt/copy.txt')]);
const CODENAME = 'abacus abdomen abdominal zoology zoom yo-yo t-shirt';

const check = new Checking(ledgers);

const found = (receipt: Uint8Array<ArrayBuffer>, more: { copy?: Blob; typed?: string } = {}) => check.check({ receipt: new Blob([receipt]), ...more });

/** What is said in a word or two. */
const word = (it: Found) => (it.is === 'none' ? it.why : it.is === 'broken' ? it.at : it.is === 'whole' ? it.file : it.is);

const lines = () => fromUtf8(own).split('\n');

/** The receipt with its extra otherwise. */
function withExtra(change: (extra: Record<string, unknown>) => void): Bytes {
    const all = lines();
    const extra = { ...parseObject(fromBase64((all[1] ?? '').slice('extra '.length))) } as Record<string, unknown>;
    change(extra);
    all[1] = `extra ${base64(encode(extra as never))}`;
    return utf8(all.join('\n'));
}

/** With one entry's text for another. */
const withEntry = (from: string, to: string) =>
    withExtra((extra) => {
        const text = fromUtf8(fromBase64(String(extra['entry'])));
        expect(text).toContain(from);
        extra['entry'] = base64(utf8(text.replace(from, to)));
    });

describe('a receipt', () => {
    it('holds, and says which entry it is of', async () => {
        expect(await found(own)).toEqual({
            is: 'whole',
            log: { origin: 'audit.example/log-1', genesis: ledgers.genesis, closed: false },
            size: 11,
            index: 5,
            at: Date.parse('2026-11-24T00:00:00Z'),
            file: 'none',
        });
    });

    it('is about one very file', async () => {
        expect(word(await found(own, { copy }))).toBe('same');
        expect(word(await found(own, { copy: new Blob([copy, 'x']) }))).toBe('other');
        expect(word(await found(own, { copy: new Blob([]) }))).toBe('other');
    });

    it('of a ledger that was closed before is checked by that one', async () => {
        const closed = vector('receipt/closed.tlog-proof');
        expect(await found(closed, { copy })).toMatchObject({ is: 'whole', log: { origin: 'audit.example/log', closed: true }, size: 7, file: 'same' });
        const alone = new Checking({ ...ledgers, closed: [] });
        expect(await alone.check({ receipt: new Blob([closed]) })).toEqual({ is: 'none', why: 'other-log', origin: 'audit.example/log' });
    });

    it('of another log is not judged', async () => {
        const other = utf8(fromUtf8(own).replaceAll('audit.example/log-1', 'audit.example/log-2'));
        expect(await found(other)).toEqual({ is: 'none', why: 'other-log', origin: 'audit.example/log-2' });
        const endless = utf8(fromUtf8(own).replaceAll('audit.example/log-1', 'x'.repeat(5000)));
        expect(await found(endless)).toMatchObject({ why: 'other-log', origin: 'x'.repeat(200) });
    });

    it('that is sealed to a codename is opened by it', async () => {
        const { identity } = await derive(parse(CODENAME) ?? [], ledgers.instance);
        const sealed = await seal(own, identity.recipient);
        expect(await isAge(new Blob([sealed]))).toBe(true);
        expect(await isAge(new Blob([own]))).toBe(false);
        expect(word(await found(sealed))).toBe('sealed');
        expect(word(await found(sealed, { typed: ` ${CODENAME.toUpperCase()} `, copy }))).toBe('same');
        expect(word(await found(sealed, { typed: CODENAME.replace('abacus', 'zoology') }))).toBe('not-opened');
        expect(word(await found(sealed.slice(0, -1), { typed: CODENAME }))).toBe('not-opened');
        expect(await found(sealed, { typed: CODENAME.replace('abdomen', 'abdomem') })).toEqual({ is: 'words', unknown: [2] });
        expect(await found(sealed, { typed: 'abacus' })).toEqual({ is: 'words', unknown: [] });
        expect(word(await found(await seal(sample(1000), identity.recipient), { typed: CODENAME }))).toBe('nothing');
    });
});

describe('a receipt that was altered', () => {
    it('in the checkpoint or its signature is not signed', async () => {
        expect(word(await found(utf8(fromUtf8(own).replace('\n11\n', '\n12\n'))))).toBe('signature');
        const all = lines();
        const root = all.findIndex((_, i) => i > 8 && all[i - 1] === '11');
        all[root] = base64(fromBase64(all[root] ?? '').map((byte) => byte ^ 1));
        expect(word(await found(utf8(all.join('\n'))))).toBe('signature');
        const signed = lines();
        const at = signed.findIndex((line) => line.startsWith('— '));
        const [dash = '', name = '', encoded = ''] = (signed[at] ?? '').split(' ');
        const signature = fromBase64(encoded);
        signature[20] = (signature[20] ?? 0) ^ 1;
        signed[at] = [dash, name, base64(signature)].join(' ');
        expect(word(await found(utf8(signed.join('\n'))))).toBe('signature');
        const unsigned = lines().filter((line) => !line.startsWith('— '));
        expect(['signature', 'damaged']).toContain(word(await found(utf8(unsigned.join('\n')))));
    });

    it('in the entry, its place or the path is not in the tree', async () => {
        for (const altered of [
            withEntry('"size":65536', '"size":65537'),
            withEntry('"2026-11-24"', '"2026-11-23"'),
            utf8(fromUtf8(own).replace('\nindex 5\n', '\nindex 4\n')),
        ]) {
            expect(word(await found(altered))).toBe('tree');
        }
        for (const line of [3, 4, 5, 6]) {
            const all = lines();
            const hash = fromBase64(all[line] ?? '');
            expect(hash).toHaveLength(32);
            hash[0] = (hash[0] ?? 0) ^ 1;
            all[line] = base64(hash);
            expect(word(await found(utf8(all.join('\n')))), `line ${line}`).toBe('tree');
            expect(word(await found(utf8(lines().filter((_, i) => i !== line).join('\n')))), `without line ${line}`).toBe('tree');
        }
    });

    it('in the case or the exhibit is of another entry', async () => {
        expect(word(await found(withExtra((extra) => (extra['case'] = '00'.repeat(16)))))).toBe('event');
        expect(word(await found(withExtra((extra) => (extra['exhibit'] = '00'.repeat(16)))))).toBe('event');
    });

    it('in the salt is of another file', async () => {
        expect(word(await found(withExtra((extra) => (extra['salt'] = '00'.repeat(32))), { copy }))).toBe('other');
    });

    it('anywhere is never taken for whole, unless in what its ledger does not sign with its first key', async () => {
        const second = fromUtf8(own).lastIndexOf('— ');
        const end = utf8(fromUtf8(own).slice(0, second)).length;
        for (let at = 0; at < end; at += 7) {
            const altered = own.slice();
            altered[at] = (altered[at] ?? 0) ^ 1;
            expect(word(await found(altered, { copy })), `byte ${at}`).not.toBe('same');
        }
    });

    it('by being cut short is damaged, or not signed', async () => {
        for (let length = own.length - 1; length > 0; length -= 61) {
            const it = word(await found(own.slice(0, length)));
            expect(['damaged', 'nothing', 'signature', 'other-log'], `${length} bytes`).toContain(it);
        }
    });
});

describe('what is no receipt', () => {
    it('is told from one', async () => {
        expect(word(await found(new Uint8Array(0)))).toBe('empty');
        expect(word(await found(sample(5000)))).toBe('nothing');
        expect(word(await found(utf8('%PDF-1.7')))).toBe('nothing');
        expect(word(await found(concat(own, Uint8Array.of(0xff))))).toBe('damaged');
        expect(word(await found(utf8('c2sp.org/tlog-proof@v1\n')))).toBe('damaged');
        expect(word(await found(utf8(`c2sp.org/tlog-proof@v1\nextra ${base64(encode({ v: 1, entry: 'AA==' }))}\nindex 5\n\nx`)))).toBe('proof');
    });

    it('is not read where it is larger than any receipt', async () => {
        const huge = {
            size: 1_000_000_000,
            arrayBuffer: () => Promise.reject(new Error('it was read')),
        } as unknown as Blob;
        expect(word(await check.check({ receipt: huge }))).toBe('large');
        expect(word(await found(new Uint8Array(LARGEST + 1)))).toBe('large');
    });

    it('and a file that goes away while it is read are said', async () => {
        const gone = { size: 10, arrayBuffer: () => Promise.reject(new Error('gone')) } as unknown as Blob;
        expect(word(await check.check({ receipt: gone }))).toBe('unreadable');
        const leaves = { size: 10, slice: () => gone } as unknown as Blob;
        expect(word(await check.check({ receipt: new Blob([own]), copy: leaves }))).toBe('unreadable');
    });

    it('are entries that name another form', () => {
        expect(isProof(own)).toBe(true);
        expect(() => parseReceipt(withExtra((extra) => (extra['v'] = 2)))).toThrow('version 1');
        expect(() => parseReceipt(withExtra((extra) => (extra['more'] = 1)))).toThrow('does not name');
        expect(() => parseReceipt(utf8(fromUtf8(own).replace('index 5', 'index 05')))).toThrow('index');
        const long = lines();
        long.splice(3, 0, ...new Array<string>(64).fill(base64(new Uint8Array(32))));
        expect(() => parseReceipt(utf8(long.join('\n')))).toThrow('63');
    });
});

describe('a large file', () => {
    it('is hashed piece by piece, and it is said how far', async () => {
        const seen: number[] = [];
        const large = new Blob([sample(9_000_000)]);
        const told = check.check({ receipt: new Blob([own]), copy: large }, (done, total) => {
            expect(total).toBe(9_000_000);
            seen.push(done);
        });
        expect(word(await told)).toBe('other');
        expect(seen).toEqual([4_194_304, 8_388_608, 9_000_000]);
    });
});

describe('the Worker that checks', () => {
    it('says when it is ready, how far it is, and what it found', async () => {
        const told: FromCheck[] = [];
        const ask = checking((message) => told.push(message));
        await ask({ ledgers });
        await ask({ check: { receipt: new Blob([own]), copy } });
        expect(told.map((it) => Object.keys(it)[0])).toEqual(['ready', 'done', 'found']);
    });

    it('does not begin with a ledger that is not its genesis, or a closed one that the genesis does not name', async () => {
        for (const lie of [
            { ...ledgers, genesis: '00'.repeat(32) },
            { ...ledgers, closed: [ledgers.entry] },
        ]) {
            const told: FromCheck[] = [];
            const ask = checking((message) => told.push(message));
            await ask({ ledgers: lie });
            await ask({ check: { receipt: new Blob([own]) } });
            expect(told.map((it) => Object.keys(it)[0])).toEqual(['failed']);
        }
    });
});
