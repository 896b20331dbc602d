// A source's whole visit against the sources' API in memory: what arrives is opened as the desk opens it.
import { Decrypter } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromUtf8, hex, sha256, utf8 } from '../src/formats/bytes';
import { parseObject, hashText } from '../src/formats/canonical';
import { derive } from '../src/source/codename';
import { contentHash } from '../src/source/boxes';
import { lineTo } from './dropbox';
import { same, sample } from './newsroom';
import { Visit, brokenOff, dropbox, fileOf, newsroom } from './visiting';

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

    it('asks for what it was told of its exhibits once, however many they are', async () => {
        dropbox.most = 2;
        const visit = await new Visit().begin();
        await visit.send('', ...[1, 2, 3, 4, 5].map((n) => fileOf(sample(n * 100), `${n}.pdf`)));
        const told = dropbox.told;
        expect(await visit.send('', fileOf(sample(700), 'another.pdf'))).toEqual(['arrived 6']);
        expect(dropbox.told - told).toBeLessThan(4);

        const again = await new Visit().comeBack(visit.words);
        expect((await again.source.view()).lines.map((line) => line.number)).toEqual([1, 2, 3, 4, 5, 6]);
        dropbox.beat();
        expect((await again.source.view()).lines.every((line) => line.index !== null)).toBe(true);
        const before = dropbox.told;
        expect((await again.source.forget({ exhibit: dropbox.only.exhibits[1]?.exhibit ?? '' })).lines.map((it) => it.number)).toEqual([1, 3, 4, 5, 6]);
        expect((await again.source.wish({ wish: 'deletion' })).lines).toHaveLength(5);
        expect(dropbox.told - before, 'what is known is not asked for').toBe(0);
        dropbox.lie = (path, body) => (path === '/api/case' ? { ...body, next: 1 } : body);
        await expect(again.source.view()).rejects.toThrow('does not end');
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

    it('is not taken for another codename in the next tab of the same browser', async () => {
        const jar = {};
        const one = await new Visit({}, undefined, jar).begin();
        const two = await new Visit({}, undefined, jar).begin();
        await one.send('Of the one.');
        await two.send('Of the other.');
        await one.send('One more of the one.');
        expect((await one.source.view()).lines).toHaveLength(2);
        expect((await two.source.view()).lines).toHaveLength(1);
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
