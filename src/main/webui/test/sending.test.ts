// A source's whole visit against the sources' API in memory: what arrives is opened as the desk opens it.
import { Decrypter } from 'age-encryption';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Bytes, base64, fromBase64, fromUtf8, hex, random, sha256, utf8 } from '../src/formats/bytes';
import { parseObject, hashText } from '../src/formats/canonical';
import { recipientHash } from '../src/formats/entry';
import { newIdentity } from '../src/sealed/age';
import { derive } from '../src/source/codename';
import type { CaseAnswer, Intake } from '../src/source/drop-api';
import { Checking } from '../src/source/checking';
import { Sha256 } from '../src/source/hash';
import { contentHash } from '../src/source/boxes';
import { Source } from '../src/source/source';
import { Elsewhere, type Turns } from '../src/source/turns';
import type { Event } from '../src/source/told';
import { Dropbox, lineTo } from './dropbox';
import { Newsroom, SMALL, same, sample } from './newsroom';

let newsroom: Newsroom;
let dropbox: Dropbox;
let slept: number[];

beforeEach(async () => {
    newsroom = await Newsroom.of();
    dropbox = new Dropbox(newsroom);
    slept = [];
});

class Visit {
    readonly events: Event[] = [];
    readonly source: Source;
    words: readonly string[] = [];

    constructor(known: { genesis?: string; instance?: string } = {}, turns: Turns = new Tabs()) {
        const hasher = () => {
            const hash = new Sha256();
            return {
                take: (bytes: Bytes, length: number) => Promise.resolve(void hash.update(bytes.subarray(0, length))),
                end: () => Promise.resolve(hash.hex()),
                drop: () => undefined,
            };
        };
        this.source = new Source(
            {
                transport: lineTo(dropbox),
                sleep: (milliseconds) => {
                    slept.push(milliseconds);
                    return new Promise((resolve) => setTimeout(resolve, 0));
                },
                hasher,
                turns,
                segmentSize: SMALL,
                tell: (event) => this.events.push(event),
            },
            known,
        );
    }

    async begin(): Promise<this> {
        const { words, asked } = await this.source.begin();
        this.words = words;
        expect(await this.source.confirm({ word: words[asked - 1] ?? '' })).toBe(true);
        return this;
    }

    async comeBack(words: readonly string[]): Promise<this> {
        this.words = words;
        const { view } = await this.source.comeBack({ typed: words.join(' ') });
        expect(view).toBeDefined();
        return this;
    }

    /** Until this one has arrived or failed. */
    async end(key: number | undefined): Promise<string> {
        for (let i = 0; i < 5000; i++) {
            for (const event of this.events) {
                if (event.kind === 'arrived' && event.key === key) {
                    return `arrived ${event.number}`;
                }
                if (event.kind === 'failed' && event.key === key) {
                    return event.reason;
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 2));
        }
        throw new Error('it does not end');
    }

    async send(message: string, ...files: File[]): Promise<string[]> {
        const { wrong, keys } = this.source.send({ message, files });
        expect(wrong).toBeUndefined();
        return Promise.all(keys.map((key) => this.end(key)));
    }
}

/** What the tabs of one browser know of one another. */
class Tabs implements Turns {
    private readonly sent = new Map<string, number>();

    async sending<T>(exhibit: string, deed: () => Promise<T>): Promise<T> {
        const by = (more: number) => this.sent.set(exhibit, (this.sent.get(exhibit) ?? 0) + more);
        by(1);
        try {
            return await deed();
        } finally {
            by(-1);
        }
    }

    async unlessSending(exhibit: string, deed: () => Promise<void>): Promise<void> {
        if ((this.sent.get(exhibit) ?? 0) > 0) {
            throw new Elsewhere();
        }
        await deed();
    }
}

const fileOf = (bytes: Bytes, name = 'brief.pdf', type = 'application/pdf') => new File([bytes], name, { type });

const puts = (from = 0) =>
    dropbox.requests
        .slice(from)
        .flatMap((request) => /^PUT .*segments\/(\d+)$/.exec(request)?.[1] ?? [])
        .map(Number);

/** Sends as much as the first segments, and is gone: as when a page is loaded again. */
async function brokenOff(file: File, segments: number): Promise<readonly string[]> {
    const visit = await new Visit().begin();
    const before = dropbox.trouble;
    dropbox.trouble = (method, path) => (method === 'PUT' && path.endsWith(`/segments/${segments}`) ? { status: 507, guard: 'full' } : before(method, path));
    const { keys } = visit.source.send({ message: '', files: [file] });
    expect(await visit.end(keys[0])).toBe('full');
    dropbox.trouble = before;
    return visit.words;
}

describe('a source', () => {
    it('sends a message and files, and finds them listed', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        expect(await visit.send('Look at page 3.', fileOf(bytes), fileOf(new Uint8Array(0), 'empty.txt', ''))).toEqual([
            'arrived 1',
            'arrived 2',
            'arrived 3',
        ]);
        const message = await dropbox.open(dropbox.only, 1);
        expect(fromUtf8(message.bytes)).toBe('Look at page 3.');
        expect(message.label).toMatchObject({ kind: 'message', mediaType: 'text/plain; charset=utf-8' });
        const file = await dropbox.open(dropbox.only, 2);
        expect(same(file.bytes, bytes)).toBe(true);
        expect(file.label).toMatchObject({ kind: 'file', name: 'brief.pdf', mediaType: 'application/pdf', size: 300_000 });
        expect((await dropbox.open(dropbox.only, 3)).label).toMatchObject({ name: 'empty.txt', size: 0, mediaType: 'application/octet-stream' });
        const view = await visit.source.view();
        expect(view.lines.map((line) => line.known?.of)).toEqual(['message', 'file', 'file']);
        expect(view.lines[1]).toMatchObject({ number: 2, index: null, known: { size: 300_000, sha256: hex(sha256(bytes)) } });
        expect(view.waits).toBe(true);
        dropbox.beat();
        expect((await visit.source.view()).waits).toBe(false);
    });

    it('sends nothing that tells the codename, the name of a file or what is in it', async () => {
        const seen: string[] = [];
        const inner = dropbox.handle.bind(dropbox);
        dropbox.handle = (method, path, headers, body, cookie) => {
            seen.push(path, JSON.stringify(headers), Buffer.from(body).toString('latin1'));
            return inner(method, path, headers, body, cookie);
        };
        const visit = await new Visit().begin();
        await visit.send('Look at page 3.', fileOf(utf8('the words inside'), 'minister.pdf'));
        const all = seen.join('\n');
        const { identity } = await derive(visit.words, newsroom.instance);
        for (const secret of [...visit.words.filter((word) => word.length > 5), 'Look at', 'minister', 'words inside', identity.secret]) {
            expect(all).not.toContain(secret);
        }
    });

    it('asks one word back, as often as need be', async () => {
        const { source } = new Visit();
        const { words, asked } = await source.begin();
        expect(await source.confirm({ word: 'not-this-one' })).toBe(false);
        expect(await source.confirm({ word: ` ${words[asked - 1]?.toUpperCase() ?? ''} ` })).toBe(true);
        await expect(source.confirm({ word: words[asked - 1] ?? '' })).rejects.toThrow('no codename');
    });

    it('is told which words are none, without a request', async () => {
        const { source } = new Visit();
        expect(await source.comeBack({ typed: 'abacus abdomem abdominal zoology zoom yo-yo t-shirt' })).toEqual({ unknown: [2] });
        expect(await source.comeBack({ typed: 'abacus' })).toEqual({ unknown: [] });
        expect(dropbox.requests).toEqual([]);
    });

    it('begins nothing by a typed codename', async () => {
        const { source, events } = new Visit();
        expect(await source.comeBack({ typed: 'abacus abdomen abdominal zoology zoom yo-yo t-shirt' })).toEqual({});
        const { keys } = source.send({ message: 'x', files: [] });
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(events).toContainEqual({ kind: 'failed', key: keys[0], reason: 'no-case' });
        expect(dropbox.cases).toEqual([]);
    });

    it('comes back while nothing is taken in', async () => {
        const { words } = await new Visit().begin().then(async (visit) => (await visit.send('First.'), visit));
        dropbox.closed = true;
        const again = await new Visit({ instance: newsroom.instance }).comeBack(words);
        expect((await again.source.view()).lines).toHaveLength(1);
    });

    it('proves itself anew when its session has ended', async () => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        dropbox.endSessions();
        expect(await visit.send('Second.')).toEqual(['arrived 2']);
    });

    it('works for its session where many come, and waits with the place that it was given', async () => {
        dropbox.work = 12;
        dropbox.inLine = 2;
        await (await new Visit().begin()).send('First.');
        expect(dropbox.only.exhibits).toHaveLength(1);
        expect(dropbox.proofs.map((it) => it['place'])).toEqual(['', 'place 1', 'place 0']);
        for (const { token, work } of dropbox.proofs) {
            const hash = sha256(utf8(`sigillo/work/v1\n${String(token)}\n${String(work)}`));
            expect(hex(hash)).toMatch(/^000/);
        }
    });

    it('does not work for half an hour', async () => {
        dropbox.work = 40;
        await expect(new Visit().begin()).rejects.toThrow('work that nobody would do');
    });

    it('says that nobody new begins today', async () => {
        dropbox.trouble = (_, path) => (path === '/api/session/proof' ? { status: 503, guard: 'quota' } : undefined);
        await expect(new Visit().begin()).rejects.toThrow('503 quota');
    });

    it('reads nothing out that is sealed to it and no challenge', async () => {
        const visit = await new Visit().begin();
        await visit.send('hello');
        const { stub } = dropbox.only.exhibits[0] ?? expect.fail('nothing arrived');
        dropbox.endSessions();
        dropbox.lie = (path, body) => (path === '/api/session' ? { challenge: stub } : body);
        const asked = dropbox.requests.length;
        await expect(visit.source.view()).rejects.toThrow("session's challenge");
        expect(dropbox.requests.slice(asked).filter((it) => it.includes('proof'))).toEqual([]);
    });

    it('reads answers, removes one, forgets a line, wishes', async () => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        await dropbox.answer(dropbox.only, newsroom.named('Rosa'), 'Thank you.');
        await dropbox.answer(dropbox.only, newsroom.named('Rosa'), 'Who else has it?');
        const { replies } = await visit.source.view();
        expect(replies.map(({ number, text, fresh }) => ({ number, text, fresh }))).toEqual([
            { number: 2, text: 'Who else has it?', fresh: true },
            { number: 1, text: 'Thank you.', fresh: true },
        ]);
        await visit.source.seen({ replies: replies.map((it) => it.reply) });
        expect((await visit.source.view()).replies.every((it) => !it.fresh)).toBe(true);
        const left = await visit.source.removeReply({ reply: replies[1]?.reply ?? '' });
        expect(left.replies.map((it) => it.number)).toEqual([2]);
        expect((await visit.source.forget({ exhibit: dropbox.only.exhibits[0]?.exhibit ?? '' })).lines).toEqual([]);
        expect((await visit.source.wish({ wish: 'deletion' })).wishes).toEqual([{ wish: 'deletion', day: '2026-11-25', settled: null }]);
    });

    it('does not show an answer that belongs elsewhere', async () => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        await dropbox.answer(dropbox.only, newsroom.named('Rosa'), 'Thank you.');
        const [reply] = dropbox.only.replies;
        dropbox.only.replies[0] = { ...(reply ?? expect.fail('no reply')), writer: newsroom.named('Rami').id };
        expect((await visit.source.view()).replies).toMatchObject([{ text: undefined }]);
    });

    it('has receipts that hold, sealed or open, once the beat has come', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(1000);
        await visit.send('', fileOf(bytes));
        const exhibit = dropbox.only.exhibits[0]?.exhibit ?? '';
        expect(await visit.source.receipt({ exhibit, plain: true })).toBeUndefined();
        dropbox.beat();
        const plain = fromUtf8((await visit.source.receipt({ exhibit, plain: true })) ?? expect.fail('none'));
        const [, extra = ''] = /^c2sp.org\/tlog-proof@v1\nextra (\S+)\nindex 2\n/.exec(plain) ?? [];
        const json = parseObject(fromBase64(extra));
        expect(json).toMatchObject({ v: 1, case: dropbox.only.id, exhibit });
        expect(contentHash(hashText(json, 'salt'), hex(sha256(bytes)))).toBe(dropbox.only.exhibits[0]?.content);
        expect(plain.endsWith(`\n\n${newsroom.checkpoint()}`)).toBe(true);
        const age = new Decrypter();
        age.addIdentity((await derive(visit.words, newsroom.instance)).identity.secret);
        const sealed = (await visit.source.receipt({ exhibit, plain: false })) ?? expect.fail('none');
        expect(fromUtf8(await age.decrypt(sealed))).toBe(plain);
    });

    it('is given no receipt of another content', async () => {
        const visit = await new Visit().begin();
        await visit.send('One.');
        await visit.send('Two.');
        dropbox.beat();
        const [one, two] = dropbox.only.exhibits;
        const other = await lineTo(dropbox).ask('GET', '/api/intake');
        expect(other.status).toBe(200);
        dropbox.lie = (path, body) => {
            if (path.endsWith('/proof')) {
                const index = two?.index ?? 0;
                return dropbox.proof(index);
            }
            return body;
        };
        await expect(visit.source.receipt({ exhibit: one?.exhibit ?? '', plain: true })).rejects.toThrow('content');
    });
});

describe('what lies in a ledger that was closed', () => {
    const bytes = sample(1000);
    let words: readonly string[];
    let old: Newsroom;
    let exhibit: string;

    beforeEach(async () => {
        const visit = await new Visit().begin();
        words = visit.words;
        await visit.send('', fileOf(bytes));
        dropbox.beat();
        old = newsroom;
        exhibit = dropbox.only.exhibits[0]?.exhibit ?? '';
        newsroom = old.goesOn();
        dropbox.newsroom = newsroom;
    });

    const receipt = async () => {
        const visit = await new Visit().comeBack(words);
        return fromUtf8((await visit.source.receipt({ exhibit, plain: true })) ?? expect.fail('none'));
    };

    it('has a receipt by the keys of that ledger', async () => {
        const text = await receipt();
        expect(text).toContain('\nindex 2\n');
        expect(text.endsWith(`\n\n${old.checkpoint()}`)).toBe(true);
        const entryOf = (of: Newsroom) => base64(of.entries[0] ?? new Uint8Array(0));
        const check = new Checking({ genesis: newsroom.genesis, instance: newsroom.instance, entry: entryOf(newsroom), closed: [entryOf(old)] });
        const found = await check.check({ receipt: new Blob([text]), copy: new Blob([bytes]) });
        expect(found).toMatchObject({ is: 'whole', log: { origin: old.origin, closed: true }, index: 2, file: 'same' });
    });

    it('has one also when two were closed', async () => {
        newsroom = newsroom.goesOn();
        dropbox.newsroom = newsroom;
        expect((await receipt()).endsWith(`\n\n${old.checkpoint()}`)).toBe(true);
    });

    it('and what came later have a receipt each, by its own ledger', async () => {
        const visit = await new Visit().comeBack(words);
        expect(await visit.send('Second.')).toEqual(['arrived 2']);
        dropbox.beat();
        const second = dropbox.only.exhibits[1]?.exhibit ?? '';
        const later = fromUtf8((await visit.source.receipt({ exhibit: second, plain: true })) ?? expect.fail('none'));
        expect(later.endsWith(`\n\n${newsroom.checkpoint()}`)).toBe(true);
        expect((await receipt()).endsWith(`\n\n${old.checkpoint()}`)).toBe(true);
    });

    it('leads to the key of a case that was begun without script', async () => {
        const typed = ['abacus', 'abdomen', 'abdominal', 'zoology', 'zoom', 'yo-yo', 't-shirt'];
        dropbox.newsroom = old;
        const { locator, identity } = await derive(typed, old.instance);
        const made = await dropbox.withoutScript(locator, identity.recipient);
        dropbox.beat();
        dropbox.newsroom = old.goesOn();
        const visit = await new Visit().comeBack(typed);
        expect(await visit.send('First.')).toEqual(['arrived 1']);
        expect(fromUtf8((await dropbox.open(made, 1)).bytes)).toBe('First.');
    });

    it.each([
        ['a proof by keys that are not those of the closed ledger', '/proof', (proof: Told) => ({ ...proof, checkpoint: otherKeys(String(proof['checkpoint'])) })],
        ['a proof in a ledger that the genesis does not name', '/proof', (proof: Told) => ({ ...proof, checkpoint: stranger(String(proof['checkpoint'])) })],
        ['a tree of the same size that is not the one that was closed', '/proof', (proof: Told) => ({ ...proof, ...forked(proof) })],
        ['a tree that has grown since it was closed', '/proof', (proof: Told) => ({ ...proof, ...grown(proof) })],
        ['another entry', '/proof', (proof: Told) => ({ ...proof, entry: base64(old.entries[1] ?? new Uint8Array(0)) })],
        ['closed ledgers that the genesis does not name', '/api/intake', (it: Told) => ({ ...it, closed: [base64(newsroom.entries[0] ?? new Uint8Array(0))] })],
        ['fewer closed ledgers than the genesis names', '/api/intake', (it: Told) => ({ ...it, closed: [] })],
        ['more of them', '/api/intake', (it: Told) => ({ ...it, closed: [...(it['closed'] as string[]), ...(it['closed'] as string[])] })],
    ])('is not believed by %s', async (_, where, change) => {
        dropbox.lie = (path, body) => (path.endsWith(where) ? change(body) : body);
        await expect(receipt()).rejects.toMatchObject({ name: 'BrokenEvidence' });
    });

    type Told = Record<string, unknown>;

    /** The same words, signed by the open ledger. */
    const otherKeys = (note: string) => `${note.split('\n\n')[0] ?? ''}\n\n${newsroom.checkpoint().split('\n\n')[1] ?? ''}`;

    const stranger = (note: string) => note.replaceAll(old.origin, `${old.origin}-other`);

    /** Signed by the closed ledger's own keys, by whoever got hold of them. */
    const grown = (proof: Told) => {
        old.entries.push(utf8('one more'));
        const lie = dropbox.proof(Number(proof['index']), old) as Told;
        old.entries.pop();
        return lie;
    };

    /** Signed by the closed ledger's own keys, with a leaf exchanged. */
    const forked = (proof: Told) => {
        const entries = [...old.entries];
        old.entries[1] = utf8('another');
        const lie = dropbox.proof(Number(proof['index']), old) as Told;
        old.entries.splice(0, entries.length, ...entries);
        return lie;
    };
});

describe('what is refused before it is sent', () => {
    it.each([
        ['nothing', '   \n', [], 'empty'],
        ['seven words of the list', 'abacus, abdomen: abdominal zoology Zoom yo-yo t-shirt', [], 'codename'],
        ['a message that is too long', 'x'.repeat(1_048_577), [], 'long'],
        ['a file that is too large', 'x', [fileOf(new Uint8Array(11))], 'large'],
    ] as const)('%s', async (_, message, files, wrong) => {
        dropbox.limit = 10;
        const visit = await new Visit().begin();
        expect(visit.source.send({ message, files: [...files] })).toEqual({ wrong, keys: [] });
        expect(dropbox.cases).toEqual([]);
    });

    it('a first message that is too short, and only the first', async () => {
        dropbox.firstMessage = 10;
        const visit = await new Visit().begin();
        expect(visit.source.send({ message: 'Look at p', files: [fileOf(sample(5))] }).wrong).toBe('short');
        await visit.send('Look at page 3.');
        expect(await visit.send('', fileOf(sample(5)))).toEqual(['arrived 2']);
    });
});

describe('after the page was loaded again', () => {
    it('goes on with the same file, and sends no finished segment again', async () => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 3);
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        expect(unfinished).toMatchObject({ of: 'file', size: 300_000, arrived: 3 * SMALL });
        const from = dropbox.requests.length;
        const { key } = again.source.goOn({ exhibit: unfinished?.exhibit ?? '', file: fileOf(bytes) });
        expect(await again.end(key)).toBe('arrived 1');
        expect(puts(from)).toEqual([3, 4]);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
    });

    it('goes on under the key under which it was begun, though a reviewer has made a newer one', async () => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 3);
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        const from = dropbox.requests.length;
        const { key } = again.source.goOn({ exhibit: unfinished?.exhibit ?? '', file: fileOf(bytes) });
        expect(await again.end(key)).toBe('arrived 1');
        expect(puts(from)).toEqual([3, 4]);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
        expect(dropbox.only.exhibits[0]?.generation).toBe(0);
    });

    it.each([
        ['a changed file', (bytes: Bytes) => bytes.map((byte, i) => (i === 100_000 ? byte ^ 1 : byte))],
        ['a file of another size', (bytes: Bytes) => bytes.slice(1)],
    ])('refuses %s, and finishes nothing', async (_, change) => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 3);
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        const { key } = again.source.goOn({ exhibit: unfinished?.exhibit ?? '', file: fileOf(change(bytes)) });
        expect(await again.end(key)).toBe('other-file');
        expect(dropbox.only.exhibits).toEqual([]);
        expect(dropbox.only.begun.size).toBe(1);
    });

    it.each([
        ['swapped', [1, 0]],
        ['replayed', [0, 0]],
    ] as const)('refuses segments that the server has %s', async (_, [first, second]) => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 3);
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        dropbox.lie = (path, body) => {
            const { unfinished: lines } = body as unknown as CaseAnswer;
            if (path === '/api/case') {
                const [line] = lines;
                const [a, b] = [line?.segments[first], line?.segments[second]];
                const moved = [a, b].map((segment, number) => ({ ...segment, number }));
                return { ...body, unfinished: [{ ...line, segments: [...moved, ...(line?.segments.slice(2) ?? [])] }] };
            }
            return body;
        };
        const { key } = again.source.goOn({ exhibit: unfinished?.exhibit ?? '', file: fileOf(bytes) });
        expect(await again.end(key)).toBe('other-file');
        expect(dropbox.only.exhibits).toEqual([]);
    });

    it('refuses a digest of the server that is not what was sent', async () => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 3);
        const segments = [...dropbox.only.begun.values()][0]?.segments;
        segments?.set(1, { ...(segments.get(1) ?? expect.fail('none')), sha256: '11'.repeat(32) });
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        const { key } = again.source.goOn({ exhibit: unfinished?.exhibit ?? '', file: fileOf(bytes) });
        expect(await again.end(key)).toBe('other-file');
    });

    it('can give up what was begun', async () => {
        const words = await brokenOff(fileOf(sample(300_000)), 2);
        const again = await new Visit().comeBack(words);
        const [unfinished] = (await again.source.view()).unfinished;
        expect((await again.source.giveUp({ exhibit: unfinished?.exhibit ?? '' })).unfinished).toEqual([]);
        expect(dropbox.only.begun.size).toBe(0);
    });
});

describe('a network that fails', () => {
    const STEPS = [
        ['the ledger', 'GET', /\/intake$/],
        ['the session', 'POST', /\/session$/],
        ['its proof', 'POST', /\/session\/proof$/],
        ['the case', 'GET', /\/case$/],
        ['its beginning', 'PUT', /\/case$/],
        ["an exhibit's beginning", 'POST', /\/exhibits$/],
        ['a segment', 'PUT', /segments\/1$/],
        ['the finish', 'POST', /finish$/],
    ] as const;
    const cases = STEPS.flatMap((step) => (['lost', 'answer lost'] as const).map((trouble) => [step[0], trouble, step[1], step[2]] as const));

    it.each(cases)('in %s (%s) only delays', async (_, trouble, method, path) => {
        let left = 2;
        dropbox.trouble = (asked, at) => (asked === method && path.test(at) && left-- > 0 ? trouble : undefined);
        const visit = await new Visit().begin();
        const bytes = sample(150_000);
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 1']);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
        expect(slept.length).toBe(2);
        // Each time longer than before.
        expect(slept[1]).toBeGreaterThan(slept[0] ?? 0);
        expect(visit.events.filter((event) => event.kind === 'delay' && event.delay?.why === 'offline')).toHaveLength(2);
    });

    it('is waited for as long as the server asks, where it is busy', async () => {
        let left = 1;
        dropbox.trouble = (_, path) => (path.endsWith('/finish') && left-- > 0 ? { status: 503, guard: 'busy', retryAfter: 30 } : undefined);
        const visit = await new Visit().begin();
        expect(await visit.send('First.')).toEqual(['arrived 1']);
        expect(slept).toHaveLength(1);
        expect(slept[0]).toBeGreaterThanOrEqual(30_000);
        expect(visit.events.some((event) => event.kind === 'delay' && event.delay?.why === 'busy')).toBe(true);
    });

    it('that never comes back is not asked for ever where the server itself fails', async () => {
        dropbox.trouble = (_, path) => (path.endsWith('/finish') ? { status: 500, guard: '' } : undefined);
        const visit = await new Visit().begin();
        expect(await visit.send('First.')).toEqual(['server']);
        expect(slept).toHaveLength(6);
    });

    it('is told sooner to whoever has not entered yet, and the codename that is shown stays good', async () => {
        dropbox.trouble = (_, path) => (path === '/api/session/proof' ? { status: 502, guard: '' } : undefined);
        const visit = new Visit();
        const { words, asked } = await visit.source.begin();
        const word = words[asked - 1] ?? '';
        await expect(visit.source.confirm({ word })).rejects.toThrow('502');
        expect(slept).toHaveLength(2);
        dropbox.trouble = () => undefined;
        expect(await visit.source.confirm({ word })).toBe(true);
        expect(await visit.send('First.')).toEqual(['arrived 1']);
    });

    it('can be paused from, and gone on', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        let paused = false;
        dropbox.trouble = (method, path) => {
            if (method === 'PUT' && path.endsWith('/segments/2') && !paused) {
                paused = true;
                visit.source.pause();
                return 'lost';
            }
            return undefined;
        };
        const { keys } = visit.source.send({ message: '', files: [fileOf(bytes)] });
        await expect.poll(() => paused).toBe(true);
        const before = dropbox.requests.length;
        await new Promise((resolve) => setTimeout(resolve, 60));
        expect(dropbox.requests.length).toBe(before);
        visit.source.goOnSending();
        expect(await visit.end(keys[0])).toBe('arrived 1');
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
        expect(slept).toEqual([]);
    });

    it('can be gone on from after a failure, with what is there', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        dropbox.trouble = (_, path) => (path.endsWith('/segments/3') ? { status: 507, guard: 'full' } : undefined);
        const { keys } = visit.source.send({ message: '', files: [fileOf(bytes)] });
        expect(await visit.end(keys[0])).toBe('full');
        dropbox.trouble = () => undefined;
        const from = dropbox.requests.length;
        const { key } = visit.source.again({ key: keys[0] ?? 0 });
        expect(await visit.end(key)).toBe('arrived 1');
        expect(puts(from)).toEqual([3, 4]);
        expect(() => visit.source.again({ key })).toThrow('nothing failed');
    });

    it('can be given up at', async () => {
        const visit = await new Visit().begin();
        dropbox.trouble = (method, path) => (method === 'PUT' && path.includes('/segments/') ? 'lost' : undefined);
        const { keys } = visit.source.send({ message: '', files: [fileOf(sample(300_000)), fileOf(sample(10))] });
        await expect.poll(() => puts().length).toBeGreaterThan(1);
        visit.source.stop({ key: keys[0] ?? 0 });
        expect(await visit.end(keys[0])).toBe('stopped');
        dropbox.trouble = () => undefined;
        expect(await visit.end(keys[1])).toBe('arrived 1');
        expect(dropbox.only.begun.size).toBe(0);
    });
});

describe('a file that is chosen anew', () => {
    const bytes = sample(300_000);
    const other = bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

    /** What was told of it, beside how far it is. */
    const told = (visit: Visit) => visit.events.flatMap((event) => (event.kind === 'noted' ? [event.note] : []));

    it('goes on where it was, though nobody said that it was begun', async () => {
        const visit = await new Visit().comeBack(await brokenOff(fileOf(bytes), 3));
        const from = dropbox.requests.length;
        expect(await visit.send('', fileOf(bytes, 'renamed.pdf'))).toEqual(['arrived 1']);
        expect(puts(from)).toEqual([3, 4]);
        expect(told(visit)).toEqual(['begun']);
        expect(dropbox.only.begun.size).toBe(0);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
        expect((await dropbox.open(dropbox.only, 1)).label).toMatchObject({ name: 'renamed.pdf' });
    });

    it('goes on in the same visit, too', async () => {
        const visit = await new Visit().begin();
        dropbox.trouble = (_, path) => (path.endsWith('/segments/3') ? { status: 507, guard: 'full' } : undefined);
        expect(await visit.send('', fileOf(bytes))).toEqual(['full']);
        dropbox.trouble = () => undefined;
        const from = dropbox.requests.length;
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 1']);
        expect(puts(from)).toEqual([3, 4]);
    });

    it.each([
        ['its beginning', 0],
        ['the last part that arrived', 2 * SMALL],
    ])('and is another one of the same size by %s is told so and sent as new', async (_, at) => {
        const visit = await new Visit().comeBack(await brokenOff(fileOf(bytes), 3));
        const changed = bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
        const from = dropbox.requests.length;
        expect(await visit.send('', fileOf(changed))).toEqual(['arrived 1']);
        expect(puts(from)).toEqual([0, 1, 2, 3, 4]);
        expect(told(visit)).toEqual(['other']);
        expect(dropbox.only.begun.size).toBe(1);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, changed)).toBe(true);
        // And what was begun can still be gone on with.
        const further = dropbox.requests.length;
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 2']);
        expect(puts(further)).toEqual([3, 4]);
    });

    it('and is another one by what lies between is told so, and what was begun stays as it is', async () => {
        const visit = await new Visit().comeBack(await brokenOff(fileOf(bytes), 3));
        const changed = bytes.map((byte, i) => (i === SMALL + 1 ? byte ^ 1 : byte));
        expect(await visit.send('', fileOf(changed))).toEqual(['arrived 1']);
        expect(told(visit)).toEqual(['begun', 'other']);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, changed)).toBe(true);
        const further = dropbox.requests.length;
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 2']);
        expect(puts(further)).toEqual([3, 4]);
    });

    it('of another size is nothing to be told of', async () => {
        const visit = await new Visit().comeBack(await brokenOff(fileOf(bytes), 3));
        expect(await visit.send('', fileOf(bytes.slice(1)))).toEqual(['arrived 1']);
        expect(told(visit)).toEqual([]);
    });

    it('and of which nothing had come leaves no second line', async () => {
        const visit = await new Visit().comeBack(await brokenOff(fileOf(bytes), 0));
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 1']);
        expect(dropbox.only.begun.size).toBe(0);
    });

    it('takes nothing away from a tab that has just begun one of the same size', async () => {
        const tabs = new Tabs();
        const words = await brokenOff(fileOf(bytes), 0);
        const [one, two] = [await new Visit({}, tabs).comeBack(words), await new Visit({}, tabs).comeBack(words)];
        const exhibit = (await one.source.view()).unfinished[0]?.exhibit ?? '';
        dropbox.trouble = (_, path) => (path.includes(`${exhibit}/segments`) ? 'lost' : undefined);
        const { key } = one.source.goOn({ exhibit, file: fileOf(bytes) });
        await expect.poll(() => one.events.some((event) => event.kind === 'delay')).toBe(true);
        expect(await two.send('', fileOf(other))).toEqual(['arrived 1']);
        expect(dropbox.requests.filter((it) => it.startsWith('DELETE'))).toEqual([]);
        dropbox.trouble = () => undefined;
        expect(await one.end(key)).toBe('arrived 2');
    });

    it('and has arrived is said to be there, and sent once more only on the wish for it', async () => {
        const visit = await new Visit().begin();
        expect(await visit.send('Look at page 3.', fileOf(bytes))).toEqual(['arrived 1', 'arrived 2']);
        const from = dropbox.requests.length;
        const { keys } = visit.source.send({ message: 'Look at page 3.', files: [fileOf(bytes, 'copy.pdf'), fileOf(other)] });
        expect(await Promise.all(keys.map((key) => visit.end(key)))).toEqual(['arrived 3', 'arrived', 'arrived 4']);
        expect(visit.events).toContainEqual({ kind: 'failed', key: keys[1], reason: 'arrived', number: 2 });
        expect(puts(from)).toEqual([0, 0, 1, 2, 3, 4]);
        const { key } = visit.source.again({ key: keys[1] ?? 0, anyway: true });
        expect(await visit.end(key)).toBe('arrived 5');
        expect((await dropbox.open(dropbox.only, 5)).label).toMatchObject({ name: 'copy.pdf', size: 300_000 });
    });

    it('twice at once is sent once', async () => {
        const visit = await new Visit().begin();
        expect(await visit.send('', fileOf(bytes), fileOf(bytes))).toEqual(['arrived 1', 'arrived']);
        expect(dropbox.only.exhibits).toHaveLength(1);
    });

    it('is known from an earlier visit, too, and unless its line was removed', async () => {
        const { words } = await new Visit().begin().then(async (visit) => (await visit.send('', fileOf(bytes)), visit));
        const again = await new Visit().comeBack(words);
        expect(await again.send('', fileOf(bytes))).toEqual(['arrived']);
        await again.source.forget({ exhibit: dropbox.only.exhibits[0]?.exhibit ?? '' });
        expect(await (await new Visit().comeBack(words)).send('', fileOf(bytes))).toEqual(['arrived 2']);
    });

    it('costs a new source no request', async () => {
        const visit = await new Visit().begin();
        const from = dropbox.requests.length;
        await visit.send('', fileOf(sample(5)));
        expect(dropbox.requests.slice(from).filter((it) => it === 'GET /api/case')).toHaveLength(1);
    });
});

describe('what is finished already', () => {
    it('is not sent again when the answer that said so was lost', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        dropbox.trouble = (_, path) => (path.endsWith('/finish') ? { status: 500, guard: '', done: true } : undefined);
        const { keys } = visit.source.send({ message: '', files: [fileOf(bytes)] });
        expect(await visit.end(keys[0])).toBe('server');
        dropbox.trouble = () => undefined;
        const from = dropbox.requests.length;
        const { key } = visit.source.again({ key: keys[0] ?? 0 });
        expect(await visit.end(key)).toBe('arrived 1');
        expect(dropbox.only.exhibits).toHaveLength(1);
        expect(dropbox.requests.slice(from).filter((it) => !it.startsWith('GET'))).toEqual([]);
    });

    it('is told from another file of the same size', async () => {
        const bytes = sample(300_000);
        const words = await brokenOff(fileOf(bytes), 2);
        const [one, two] = [await new Visit().comeBack(words), await new Visit().comeBack(words)];
        const exhibit = (await two.source.view()).unfinished[0]?.exhibit ?? '';
        expect(await one.end(one.source.goOn({ exhibit, file: fileOf(bytes) }).key)).toBe('arrived 1');
        const other = bytes.slice();
        other[299_999] = (other[299_999] ?? 0) ^ 1;
        expect(await two.end(two.source.goOn({ exhibit, file: fileOf(other) }).key)).toBe('other-file');
        expect(await two.end(two.source.goOn({ exhibit, file: fileOf(bytes) }).key)).toBe('arrived 1');
        expect(dropbox.only.exhibits).toHaveLength(1);
    });
});

describe('two tabs that send one exhibit at once', () => {
    const bytes = sample(300_000);
    let one: Visit;
    let two: Visit;
    let exhibit: string;

    beforeEach(async () => {
        const words = await brokenOff(fileOf(bytes), 2);
        const tabs = new Tabs();
        [one, two] = [await new Visit({}, tabs).comeBack(words), await new Visit({}, tabs).comeBack(words)];
        exhibit = (await one.source.view()).unfinished[0]?.exhibit ?? '';
    });

    const goOn = (visit: Visit) => visit.end(visit.source.goOn({ exhibit, file: fileOf(bytes) }).key);
    const arrived = async () => {
        expect(dropbox.only.exhibits).toHaveLength(1);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
    };

    it('both see it arrive, once', async () => {
        expect(await Promise.all([goOn(one), goOn(two)])).toEqual(['arrived 1', 'arrived 1']);
        await arrived();
    });

    it('wait for one another while a segment is under way', async () => {
        let looks = 0;
        dropbox.trouble = (method, path) => {
            looks += method === 'GET' && path === '/api/case' ? 1 : 0;
            return method === 'PUT' && path.endsWith('/segments/2') && looks < 12 ? { status: 409, guard: 'taken' } : undefined;
        };
        expect(await Promise.all([goOn(one), goOn(two)])).toEqual(['arrived 1', 'arrived 1']);
        expect(one.events.some((event) => event.kind === 'delay' && event.delay?.why === 'elsewhere')).toBe(true);
        await arrived();
    });

    it('see that it is finished, also in the middle', async () => {
        const inner = dropbox.handle.bind(dropbox);
        let begun = false;
        dropbox.handle = async (method, path, headers, body, cookie) => {
            if (!begun && path.endsWith('/segments/3')) {
                begun = true;
                expect(await goOn(two)).toBe('arrived 1');
            }
            return inner(method, path, headers, body, cookie);
        };
        expect(await goOn(one)).toBe('arrived 1');
        await arrived();
    });

    it('can be given up in one of them while it waits', async () => {
        dropbox.trouble = (method, path) => (method === 'PUT' && path.endsWith('/segments/2') ? { status: 409, guard: 'taken' } : undefined);
        const { key } = one.source.goOn({ exhibit, file: fileOf(bytes) });
        await expect.poll(() => one.events.some((event) => event.kind === 'delay' && event.delay?.why === 'elsewhere')).toBe(true);
        one.source.stop({ key });
        expect(await one.end(key)).toBe('stopped');
    });

    /** Until the first has brought one, and is held in the middle of the next. */
    async function held(): Promise<{ key: number; go: () => void }> {
        let go = (): void => undefined;
        const holds = new Promise<void>((resolve) => (go = resolve));
        const inner = dropbox.handle.bind(dropbox);
        let at = false;
        dropbox.handle = async (method, path, headers, body, cookie) => {
            if (method === 'PUT' && path.endsWith('/segments/3')) {
                at = true;
                await holds;
            }
            return inner(method, path, headers, body, cookie);
        };
        const { key } = one.source.goOn({ exhibit, file: fileOf(bytes) });
        await expect.poll(() => at).toBe(true);
        return { key, go };
    }

    it('cannot be given up in the list of one while the other sends', async () => {
        const { key, go } = await held();
        await expect(two.source.giveUp({ exhibit })).rejects.toThrow(Elsewhere);
        expect(dropbox.requests.filter((it) => it.startsWith('DELETE'))).toEqual([]);
        go();
        expect(await one.end(key)).toBe('arrived 1');
        await arrived();
    });

    it('stop in one, and the other goes on', async () => {
        const { key, go } = await held();
        const { key: also } = two.source.goOn({ exhibit, file: fileOf(bytes) });
        await expect.poll(() => two.events.some((event) => event.kind === 'moved')).toBe(true);
        two.source.stop({ key: also });
        go();
        expect(await two.end(also)).toBe('elsewhere');
        expect(await one.end(key)).toBe('arrived 1');
        expect(dropbox.requests.filter((it) => it.startsWith('DELETE'))).toEqual([]);
        await arrived();
    });

    it('is given up by the last one that stops', async () => {
        const { key, go } = await held();
        one.source.stop({ key });
        go();
        expect(await one.end(key)).toBe('stopped');
        expect(dropbox.only.begun.size).toBe(0);
        expect((await two.source.view()).unfinished).toEqual([]);
    });
});

describe('a server that has changed its mind', () => {
    it('about what is there is sent what is missing', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        dropbox.trouble = (_, path) => {
            if (path.endsWith('/finish')) {
                dropbox.trouble = () => undefined;
                const [begun] = [...dropbox.only.begun.values()];
                begun?.segments.delete(1);
                begun?.segments.delete(4);
            }
            return undefined;
        };
        expect(await visit.send('', fileOf(bytes))).toEqual(['arrived 1']);
        expect(puts()).toEqual([0, 1, 2, 3, 4, 1, 4]);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
    });

    it('about the key is sealed to under the new one', async () => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        expect(await visit.send('Second.')).toEqual(['arrived 2']);
        expect(dropbox.only.exhibits.map((it) => it.generation)).toEqual([0, 1]);
        expect(fromUtf8((await dropbox.open(dropbox.only, 2)).bytes)).toBe('Second.');
        expect(dropbox.only.begun.size).toBe(0);
    });

    it('about who counts is asked again, and followed again', async () => {
        let left = 1;
        dropbox.trouble = (method, path) => (method === 'PUT' && path === '/api/case' && left-- > 0 ? { status: 409, guard: 'receivers' } : undefined);
        const visit = await new Visit().begin();
        expect(await visit.send('First.')).toEqual(['arrived 1']);
        expect(dropbox.requests.filter((it) => it === 'GET /api/intake')).toHaveLength(2);
    });

    it('about an exhibit, which it has given up, is sent it from its beginning', async () => {
        const visit = await new Visit().begin();
        dropbox.trouble = (_, path) => {
            if (path.endsWith('/segments/2')) {
                dropbox.trouble = () => undefined;
                dropbox.only.begun.clear();
            }
            return undefined;
        };
        expect(await visit.send('', fileOf(sample(300_000)))).toEqual(['arrived 1']);
        expect(puts()).toEqual([0, 1, 2, 0, 1, 2, 3, 4]);
    });

    it('that stored what it did not answer is believed only by the mark', async () => {
        const visit = await new Visit().begin();
        const bytes = sample(300_000);
        dropbox.trouble = (_, path) => {
            if (path.endsWith('/segments/1')) {
                // As if another program under this codename had brought other bytes of the same cut.
                const [begun] = [...dropbox.only.begun.values()];
                begun?.segments.set(1, { ...(begun.segments.get(0) ?? expect.fail('none')), number: 1 });
                dropbox.trouble = () => undefined;
            }
            return undefined;
        };
        expect(await visit.send('', fileOf(bytes))).toEqual(['other-file']);
        expect(dropbox.only.exhibits).toEqual([]);
    });

    it('that says that a segment arrived damaged is sent it again', async () => {
        let left = 2;
        dropbox.trouble = (_, path) => (path.endsWith('/segments/0') && left-- > 0 ? { status: 400, guard: 'digest' } : undefined);
        const visit = await new Visit().begin();
        expect(await visit.send('First.')).toEqual(['arrived 1']);
        expect(puts()).toEqual([0, 0, 0]);
    });
});

describe('a server that goes back', () => {
    it('to an older key of the case than was seen is sent nothing', async () => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        const before = (await visit.source.view(), structuredClone(dropbox.only.generations[0]));
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        expect(await visit.send('Second.')).toEqual(['arrived 2']);
        const { recipient, keepsake } = before ?? expect.fail('none');
        dropbox.lie = (path, body) => (path === '/api/case' ? { ...body, generation: { generation: 0, recipient, keepsake } } : body);
        await expect(visit.source.view()).rejects.toThrow('generation');
    });

    it('to a smaller ledger than was followed is asked for nothing more', async () => {
        const visit = await new Visit().begin();
        const small = structuredClone(newsroom.people());
        newsroom.append('intake.filler', 'server', {}, hex(random(32)));
        await visit.source.terms();
        dropbox.lie = (path, body) => (path === '/api/intake' ? { ...body, people: small } : body);
        await expect(visit.source.terms()).rejects.toThrow('ledger');
    });

    it('and shows another ledger that is as large, or larger, is asked for nothing more', async () => {
        for (const more of [0, 1, 2]) {
            newsroom = await Newsroom.of();
            dropbox = new Dropbox(newsroom);
            newsroom.append('intake.filler', 'server', {}, hex(random(32)));
            const visit = await new Visit().begin();
            newsroom.entries.pop();
            for (let i = 0; i <= more; i++) {
                newsroom.append('intake.filler', 'server', {}, hex(random(32)));
            }
            await expect(visit.source.terms()).rejects.toThrow('ledger');
        }
    });

    it('not at all, but only grows, is followed', async () => {
        const visit = await new Visit().begin();
        for (let i = 0; i < 5; i++) {
            newsroom.append('intake.filler', 'server', {}, hex(random(32)));
            await visit.source.terms();
        }
        expect(dropbox.requests.filter((it) => it.includes('consistency'))).toHaveLength(5);
        await visit.source.terms();
        expect(dropbox.requests.filter((it) => it.includes('consistency'))).toHaveLength(5);
    });
});

describe('a ledger that does not hold', () => {
    const intake = (change: (intake: Intake) => unknown) => {
        dropbox.lie = (path, body) => (path === '/api/intake' ? change(body as unknown as Intake) : body);
    };
    const nothing = async (known: { genesis?: string } = {}) => {
        await expect(new Visit(known).source.begin()).rejects.toThrow();
        expect(dropbox.requests).toEqual(['GET /api/intake']);
    };

    it('of another genesis than is known is refused', async () => {
        await nothing({ genesis: '11'.repeat(32) });
    });

    it('with a receiver who does not count is refused, and nothing is sealed', async () => {
        const other = await newIdentity();
        intake((it) => ({ ...it, receivers: [...it.receivers, { person: '11'.repeat(16), recipient: other.recipient }] }));
        await nothing();
    });

    it('with another recipient under a name that counts is refused', async () => {
        const other = await newIdentity();
        intake((it) => ({ ...it, receivers: it.receivers.map((r, i) => (i === 0 ? { ...r, recipient: other.recipient } : r)) }));
        await nothing();
    });

    it('without one who counts is refused', async () => {
        intake((it) => ({ ...it, receivers: it.receivers.slice(1) }));
        await nothing();
    });

    it('with somebody twice, or an editor among them, is refused', async () => {
        intake((it) => ({ ...it, receivers: [...it.receivers, it.receivers[0]] }));
        await nothing();
        dropbox.requests.length = 0;
        const { id, identity } = newsroom.named('Edith');
        intake((it) => ({ ...it, receivers: [...it.receivers, { person: id, recipient: identity.recipient }] }));
        await nothing();
    });

    it('of another instance than its genesis is refused', async () => {
        intake((it) => ({ ...it, instance: '11'.repeat(32) }));
        await nothing();
    });

    it.each([
        ["a first key that is not this source's", () => ({ keepsake: '11'.repeat(32) })],
        ['a first key without a keepsake, before the ledger names it', () => ({ keepsake: null })],
    ])('%s is not sealed to', async (_, change) => {
        const visit = await new Visit().begin();
        dropbox.lie = (path, body) =>
            path === '/api/case' ? { ...body, generation: { ...(body as unknown as CaseAnswer).generation, ...change() } } : body;
        expect(['evidence', 'untraced']).toContain((await visit.send('First.'))[0]);
        expect(dropbox.requests.filter((it) => it.includes('/exhibits'))).toEqual([]);
    });

    it.each([
        ['by somebody who does not count', (it: Record<string, unknown>) => ({ ...it, person: newsroom.named('Edith').id })],
        ['for another recipient', (it: Record<string, unknown>, other: string) => ({ ...it, recipient: other })],
        ['for another case', (it: Record<string, unknown>) => ({ ...it, nonce: '11'.repeat(32) })],
        ['without a signature', (it: Record<string, unknown>) => ({ ...it, statement: undefined })],
    ])('a later key %s is not sealed to', async (_, change) => {
        const visit = await new Visit().begin();
        await visit.send('First.');
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        const other = (await newIdentity()).recipient;
        dropbox.lie = (path, body) =>
            path === '/api/case'
                ? { ...body, generation: change((body as unknown as CaseAnswer).generation as unknown as Record<string, unknown>, other) }
                : body;
        expect(await visit.send('Second.')).toEqual(['evidence']);
        expect(dropbox.only.exhibits).toHaveLength(1);
        expect(dropbox.only.begun.size).toBe(0);
    });

    it('of a case that was begun without script is believed once it is in the ledger', async () => {
        const words = ['abacus', 'abdomen', 'abdominal', 'zoology', 'zoom', 'yo-yo', 't-shirt'];
        const { locator, identity } = await derive(words, newsroom.instance);
        const made = await dropbox.withoutScript(locator, identity.recipient);
        const visit = await new Visit().comeBack(words);
        expect(await visit.send('First.')).toEqual(['untraced']);
        dropbox.beat();
        expect(await visit.send('First.')).toEqual(['arrived 1']);
        expect(fromUtf8((await dropbox.open(made, 1)).bytes)).toBe('First.');
        // An entry that names another key does not lead to this one.
        const other = await newIdentity();
        dropbox.lie = (path, body) =>
            path === '/api/case' ? { ...body, generation: { ...(body as unknown as CaseAnswer).generation, recipient: other.recipient } } : body;
        const again = await new Visit().comeBack(words);
        expect(await again.send('Second.')).toEqual(['evidence']);
        expect(recipientHash(other.recipient)).not.toBe(recipientHash(made.generations[0]?.recipient ?? ''));
    });
});
