// What was broken off, and goes on: after a reload, over a network that fails, with a file that is chosen anew.
import { describe, expect, it } from 'vitest';
import { type Bytes } from '../src/formats/bytes';
import type { CaseAnswer } from '../src/source/drop-api';
import { SMALL, same, sample } from './newsroom';
import { Visit, Tabs, brokenOff, dropbox, fileOf, newsroom, puts, slept } from './visiting';

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

    it('can be given up at while all is paused, and nothing else goes on then', async () => {
        const visit = await new Visit().begin();
        let paused = false;
        dropbox.trouble = (method, path) => {
            if (method === 'PUT' && path.includes('/segments/') && !paused) {
                paused = true;
                visit.source.pause();
                return 'lost';
            }
            return undefined;
        };
        const { keys } = visit.source.send({ message: '', files: [fileOf(sample(300_000)), fileOf(sample(10))] });
        await expect.poll(() => paused).toBe(true);
        visit.source.stop({ key: keys[0] ?? 0 });
        expect(await visit.end(keys[0])).toBe('stopped');
        const sent = puts().length;
        await new Promise((resolve) => setTimeout(resolve, 60));
        expect(puts().length).toBe(sent);
        visit.source.goOnSending();
        expect(await visit.end(keys[1])).toBe('arrived 1');
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
