// A server that changes its mind, goes back or shows another ledger; and ledgers that were closed.
import { beforeEach, describe, expect, it } from 'vitest';
import { base64, fromUtf8, hex, random, utf8 } from '../src/formats/bytes';
import { recipientHash } from '../src/formats/entry';
import { newIdentity } from '../src/sealed/age';
import { derive } from '../src/source/codename';
import type { CaseAnswer, Intake } from '../src/source/drop-api';
import { Checking } from '../src/source/checking';
import { Newsroom, same, sample } from './newsroom';
import { Visit, anew, dropbox, fileOf, newsroom, puts, showing } from './visiting';

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
        showing(old.goesOn());
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
        showing(newsroom.goesOn());
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
            await anew();
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
