import { beforeEach, describe, expect, it } from 'vitest';
import { BrokenEvidence, base64, fromBase64, utf8 } from '../src/formats/bytes';
import { parseEntry } from '../src/formats/entry';
import { identityOf, newIdentity, seal, sealGrant } from '../src/sealed/age';
import { openSmall } from '../src/sealed/box';
import { MemoryStore, deskOf, sessionAs } from './inplace';
import { Newsroom, PASSPHRASE, colleague, sample } from './newsroom';

const quiet = () => undefined;

describe('the whole path over the fake newsroom', () => {
    let newsroom: Newsroom;

    beforeEach(async () => {
        newsroom = await Newsroom.of();
    });

    it('links the account of a person of the genesis', async () => {
        const rosa = newsroom.named('Rosa');
        rosa.linked = false;
        const session = await sessionAs(newsroom, rosa.subject);
        await session.unlock(await newsroom.keyFile(rosa), PASSPHRASE);
        await session.linkAccount();
        expect(newsroom.me(rosa.subject).person).toBe(rosa.id);
        expect(newsroom.trust().person(rosa.id)?.account).toMatch(/^[0-9a-f]{64}$/);
    });

    it('enrols a person who counts once two others have confirmed', async () => {
        newsroom = new Newsroom(newsroom.founders, new Map([['subject-of-Nils', ['reviewer']]]));
        const nils = await sessionAs(newsroom, 'subject-of-Nils');
        const made = await nils.makeKeys('a long passphrase of mine', 10);
        await nils.enrol();
        const again = await sessionAs(newsroom, 'subject-of-Nils');
        await again.unlock(made.file, 'a long passphrase of mine');
        expect(again.trust?.roles(made.person)).toEqual([]);

        for (const [name, counted] of [['Ada', false], ['Edith', true]] as const) {
            const desk = await deskOf(newsroom, newsroom.named(name));
            const listed = (await desk.api.people()).find((p) => p.person === made.person);
            await desk.confirm(listed ?? expect.fail('not listed'), 'reviewer');
            expect(newsroom.trust().counts(made.person, 'reviewer')).toBe(counted);
        }
    });

    it('opens a case, makes generation 1, reads the message and the file', async () => {
        const [rosa, rami] = [newsroom.named('Rosa'), newsroom.named('Rami')];
        const file = sample(200_000);
        const made = await newsroom.case([rosa, rami], { bytes: utf8('Look at page 3.') }, { name: 'a.bin', bytes: file });
        const desk = await deskOf(newsroom, rosa);
        const opened = await desk.openCase(made.id);
        expect(opened.madeGeneration).toBe(true);
        expect(opened.generation).toBe(1);
        expect(opened.holders).toEqual([rosa.id, rami.id]);
        const [message, document] = opened.exhibits;
        expect(await desk.keys.ask('readText', message?.source ?? expect.fail('not opened'))).toEqual({ text: 'Look at page 3.', exact: true });
        expect(document?.label).toMatchObject({ name: 'a.bin', size: 200_000 });

        const second = await (await deskOf(newsroom, rami)).openCase(made.id);
        expect(second.madeGeneration).toBe(false);
        expect(second.mine).toEqual([0, 1]);
    });

    it('opens a case that comes in parts as the one that it is', async () => {
        const rosa = newsroom.named('Rosa');
        const words = ['one', 'two', 'three', 'four', 'five'];
        const made = await newsroom.case([rosa], ...words.map((it) => ({ bytes: utf8(it) })));
        newsroom.most = 2;
        const opened = await (await deskOf(newsroom, rosa)).openCase(made.id);
        expect(opened.exhibits.map((it) => it.line.number)).toEqual([1, 2, 3, 4, 5]);
    });

    it("goes on where a source's own program gave away a key that opens nothing", async () => {
        const [rosa, rami] = [newsroom.named('Rosa'), newsroom.named('Rami')];
        const other = await newIdentity();
        const wrong: readonly Uint8Array[] = [
            await sealGrant(other, rosa.identity.recipient),
            await sealGrant(other, rami.identity.recipient),
            await seal(utf8('no key at all'), rosa.identity.recipient),
            utf8('no age file'),
        ];
        for (const grant of wrong) {
            const made = await newsroom.case([rosa, rami], { bytes: utf8('Nobody reads this.') });
            made.generations[0]?.grants.set(rosa.id, base64(grant));
            const desk = await deskOf(newsroom, rosa);
            const opened = await desk.openCase(made.id);
            expect(opened).toMatchObject({ madeGeneration: true, generation: 1, mine: [1] });
            expect(opened.exhibits[0]?.fault).toMatchObject({ reason: 'stop.senderKey' });
            expect((await (await deskOf(newsroom, rami)).openCase(made.id)).mine).toEqual([0, 1]);
            await desk.giveGrants(opened, [rami.id]);
        }
    });

    it("raises the alarm where a reviewer's generation is not the one that the server says", async () => {
        const rosa = newsroom.named('Rosa');
        const made = await newsroom.case([rosa], { bytes: utf8('First.') });
        const desk = await deskOf(newsroom, rosa);
        await desk.openCase(made.id);
        made.generations[1]?.grants.set(rosa.id, base64(await sealGrant(await newIdentity(), rosa.identity.recipient)));
        await expect((await deskOf(newsroom, rosa)).openCase(made.id)).rejects.toThrow(BrokenEvidence);
    });

    it('gives grants to a reviewer who lacks them', async () => {
        const [rosa, rami] = [newsroom.named('Rosa'), newsroom.named('Rami')];
        const made = await newsroom.case([rosa], { bytes: utf8('For Rosa first.') });
        const desk = await deskOf(newsroom, rosa);
        const opened = await desk.openCase(made.id);
        expect(opened.lacking).toEqual([{ person: rami.id, generations: [0, 1] }]);
        await desk.giveGrants(opened, [rami.id]);
        const other = await (await deskOf(newsroom, rami)).openCase(made.id);
        expect(other.exhibits[0]?.label?.size).toBe(15);
        expect(other.lacking).toEqual([]);
    });

    it('proposes, checks, approves and publishes a release', async () => {
        const rosa = newsroom.named('Rosa');
        const made = await newsroom.case([rosa], { name: 'one.pdf', bytes: sample(150_000) }, { bytes: utf8('hello') });
        const desk = await deskOf(newsroom, rosa);
        const { exhibits } = await desk.openCase(made.id);
        const items = exhibits.map((e, i) => ({ name: `item-${i}`, source: e.source ?? expect.fail('not opened') }));
        const steps: number[] = [];
        const draft = { title: 'Title', reason: 'Reason', jurisdictions: ['FR'], items };
        const release = await desk.propose(draft, (done) => steps.push(done));
        expect(steps.at(-1)).toBe(newsroom.releases[0]?.segments.length);
        expect([...(newsroom.releases[0]?.grants.keys() ?? [])]).toHaveLength(4);

        for (const name of ['Edith', 'Emil']) {
            const editor = await deskOf(newsroom, newsroom.named(name));
            const opened = await editor.openRelease(release, quiet);
            expect(opened.manifest.items.map((item) => item.size)).toEqual([150_000, 5]);
            await editor.approve(release, 1, opened);
        }
        const emil = await deskOf(newsroom, newsroom.named('Emil'));
        await emil.publish(release, 1, await emil.openRelease(release, quiet));
        const released = newsroom.releases[0];
        expect(released?.state).toBe('RELEASED');
        expect((await identityOf(released?.readingKey ?? '')).recipient).toBe(released?.recipient);
    });

    it('signs no vote over a manifest that was not opened here', async () => {
        const edith = await deskOf(newsroom, newsroom.named('Edith'));
        const manifest = { items: [], jurisdictions: [], random: '', reason: '', release: '', title: '', v: 1 as const };
        const unseen = { manifest, digest: 'ab'.repeat(32), sources: [] };
        await expect(edith.approve('cd'.repeat(16), 1, unseen)).rejects.toThrow(/every item/);
    });

    it('signs no vote over a release of which one segment was changed', async () => {
        const rosa = newsroom.named('Rosa');
        const made = await newsroom.case([rosa], { name: 'one.pdf', bytes: sample(1000) });
        const desk = await deskOf(newsroom, rosa);
        const [exhibit] = (await desk.openCase(made.id)).exhibits;
        const items = [{ name: 'one.pdf', source: exhibit?.source ?? expect.fail('not opened') }];
        const release = await desk.propose({ title: 'T', reason: 'R', jurisdictions: [], items }, quiet);
        const last = newsroom.releases[0]?.segments.at(-1) ?? expect.fail('no segment');
        last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
        const edith = await deskOf(newsroom, newsroom.named('Edith'));
        await expect(edith.openRelease(release, quiet)).rejects.toThrow();
    });

    it('answers the source, who alone can open it beside those who hold the case', async () => {
        const [rosa, rami] = [newsroom.named('Rosa'), newsroom.named('Rami')];
        const made = await newsroom.case([rosa, rami], { bytes: utf8('x') });
        const desk = await deskOf(newsroom, rosa);
        await desk.reply(await desk.openCase(made.id), 'Who else has it?');
        const [sent] = made.replies;
        const json = await openSmall(fromBase64(sent?.box ?? ''), made.source);
        expect(json).toMatchObject({ kind: 'reply', case: made.id, writer: rosa.id, generation: 1, text: 'Who else has it?' });
        expect(newsroom.entries.map((e) => parseEntry(e).type)).toContain('reply.sent');

        const second = await (await deskOf(newsroom, rami)).openCase(made.id);
        expect(second.replies.map((r) => r.words)).toEqual(['Who else has it?']);
        made.replies.push({ reply: 'a'.repeat(32), writer: rosa.id, generation: 1, box: null });
        made.replies.push({ reply: 'b'.repeat(32), writer: rami.id, generation: 1, box: sent?.box ?? null });
        const third = await (await deskOf(newsroom, rami)).openCase(made.id);
        expect(third.replies.map((r) => r.words)).toEqual(['Who else has it?', undefined, undefined]);
    });

    it('answers nobody whose key is not the one that the ledger names', async () => {
        const rosa = newsroom.named('Rosa');
        const made = await newsroom.case([rosa], { bytes: utf8('x') });
        const other = await newsroom.case([rosa], { bytes: utf8('y') });
        const desk = await deskOf(newsroom, rosa);
        const opened = await desk.openCase(made.id);
        const forged = { ...opened, source: other.source.recipient };
        await expect(desk.reply(forged, 'x')).rejects.toThrow('the key of the source');
        // With the other case's entry, which is as true.
        const entry = desk.api.opened;
        desk.api.opened = (_, size) => entry(other.id, size);
        await expect(desk.reply(forged, 'x')).rejects.toThrow('the key of the source');
        desk.api.opened = async (id, size) => ({ ...(await entry(id, size)), index: 0 });
        await expect(desk.reply(opened, 'x')).rejects.toThrow(BrokenEvidence);
        expect(made.replies).toEqual([]);
    });

    it('seals to nobody whose recipient differs from the ledger', async () => {
        const rosa = newsroom.named('Rosa');
        const made = await newsroom.case([rosa], { bytes: utf8('x') });
        const desk = await deskOf(newsroom, rosa);
        const stranger = await colleague('Mallory', 'reviewer');
        const people = desk.api.people;
        desk.api.people = async () =>
            (await people()).map((p) => (p.name === 'Rosa' ? { ...p, recipient: stranger.identity.recipient } : p));
        await expect(desk.openCase(made.id)).rejects.toThrow(BrokenEvidence);
    });

    it('refuses the key file of another person', async () => {
        const session = await sessionAs(newsroom, newsroom.named('Rosa').subject);
        const file = await newsroom.keyFile(newsroom.named('Rami'));
        await expect(session.unlock(file, PASSPHRASE)).rejects.toThrow('stop.otherPerson');
        await expect(session.look()).rejects.toThrow('stop.locked');
    });

    it('refuses a wrong passphrase without a word about the file', async () => {
        const session = await sessionAs(newsroom, newsroom.named('Rosa').subject);
        const file = await newsroom.keyFile(newsroom.named('Rosa'));
        await expect(session.unlock(file, 'wrong')).rejects.toMatchObject({ name: 'NotOpened' });
    });

    it('asks to pin a genesis where the key file has none, and keeps it', async () => {
        const rosa = newsroom.named('Rosa');
        const store = new MemoryStore();
        const session = await sessionAs(newsroom, rosa.subject, store);
        const file = await newsroom.keyFile(rosa, undefined);
        const unpinned = await (async () => {
            const { writeKeyFile } = await import('../src/sealed/keyfile');
            const own = { person: rosa.id, seed: rosa.seed, genesis: undefined, identity: rosa.identity };
            return writeKeyFile(own, PASSPHRASE, 10);
        })();
        expect(file.length).toBeGreaterThan(unpinned.length);
        await session.unlock(unpinned, PASSPHRASE);
        await expect(session.look()).rejects.toThrow('stop.notPinned');
        await session.pin();
        expect(session.trust?.counts(rosa.id, 'reviewer')).toBe(true);
        const again = await sessionAs(newsroom, rosa.subject, store);
        await again.unlock(unpinned, PASSPHRASE);
        expect(again.trust).toBeDefined();
    });

    it('raises the alarm when the ledger got shorter or forked', async () => {
        const rosa = newsroom.named('Rosa');
        const store = new MemoryStore();
        const desk = await deskOf(newsroom, rosa, store);
        newsroom.append('case.exported', rosa.id, {}, '11'.repeat(32), 'ab'.repeat(16));
        newsroom.append('case.exported', rosa.id, {}, '22'.repeat(32), 'ab'.repeat(16));
        await desk.look();
        const [whole, last] = [newsroom.entries.length, newsroom.entries.pop()];
        await expect(desk.look()).rejects.toThrow(/at least 3 entries/);
        newsroom.append('case.exported', rosa.id, {}, '33'.repeat(32), 'ab'.repeat(16));
        expect(newsroom.entries).toHaveLength(whole);
        await expect(desk.look()).rejects.toThrow(/another history/);
        newsroom.append('case.exported', rosa.id, {}, '44'.repeat(32), 'ab'.repeat(16));
        await expect(desk.look()).rejects.toThrow(/another history/);
        newsroom.entries.splice(2, 2, last ?? expect.fail('no entry'));
        await desk.look();
        expect(desk.trust?.checkpoint.size).toBe(3);
    });
});
