// Two tabs of one browser at one exhibit.
import { beforeEach, describe, expect, it } from 'vitest';
import { Elsewhere } from '../src/source/turns';
import { same, sample } from './newsroom';
import { Visit, Tabs, brokenOff, dropbox, fileOf } from './visiting';

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
