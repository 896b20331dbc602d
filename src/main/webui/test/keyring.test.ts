// What the keys Worker answers, and what it keeps to itself.
import { beforeEach, describe, expect, it } from 'vitest';
import { hex, sha256, utf8 } from '../src/formats/bytes';
import type { Claims } from '../src/formats/statement';
import { answering } from '../src/keys/answer';
import { Keyring } from '../src/keys/keyring';
import { releaseScope } from '../src/keys/scopes';
import type { Call, Reply } from '../src/keys/wire';
import { newIdentity } from '../src/sealed/age';
import { writeKeyFile } from '../src/sealed/keyfile';
import { PASSPHRASE, SMALL, type Colleague, colleague } from './newsroom';

const nowhere = { get: () => Promise.reject(new Error('nothing there')), put: () => Promise.resolve() };

let keyring: Keyring;
let rosa: Colleague;

async function ask(call: Omit<Call, 'id'>): Promise<Reply[]> {
    const replies: Reply[] = [];
    await new Promise<void>((done) => {
        const answer = answering(keyring, (reply) => {
            replies.push(reply);
            if (reply.kind !== 'progress') {
                done();
            }
        });
        answer({ id: 7, ...call });
    });
    return replies;
}

async function unlocked(): Promise<void> {
    const own = { person: rosa.id, seed: rosa.seed.slice(), genesis: undefined, identity: rosa.identity };
    await keyring.unlock({ file: await writeKeyFile(own, PASSPHRASE, 10), passphrase: PASSPHRASE });
}

const claims = (more: Partial<Claims>): Claims => ({
    origin: 'o',
    kind: 'person.confirmed',
    subject: '22'.repeat(16),
    round: 1,
    digest: '44'.repeat(32),
    rules: 1,
    key: rosa.key,
    seen: { size: 1, root: '55'.repeat(32) },
    at: '2026-11-24T09:30:00Z',
    ...more,
});

beforeEach(async () => {
    rosa = await colleague('Rosa', 'reviewer');
    keyring = new Keyring(nowhere, SMALL);
});

describe('the keys Worker', () => {
    it('answers no secret: not at unlocking, not when it makes keys, grants or a generation', async () => {
        const own = { person: rosa.id, seed: rosa.seed, genesis: undefined, identity: rosa.identity };
        const file = await writeKeyFile(own, PASSPHRASE, 10);
        const people = [{ person: rosa.id, recipient: rosa.identity.recipient }];
        const said = [
            ...(await ask({ name: 'unlock', ask: { file, passphrase: PASSPHRASE } })),
            ...(await ask({ name: 'makeGeneration', ask: { scope: 'case x 1', people } })),
            ...(await ask({ name: 'grants', ask: { scope: 'case x 1', people } })),
            ...(await ask({ name: 'sign', ask: claims({}) })),
            ...(await ask({ name: 'makeKeyFile', ask: { person: rosa.id, genesis: '00'.repeat(32), passphrase: 'p', work: 10 } })),
        ];
        expect(said.map((reply) => reply.kind)).toEqual(Array(5).fill('done'));
        const text = JSON.stringify(said);
        expect(text).not.toContain('AGE-SECRET-KEY');
        expect(text).not.toContain(hex(rosa.seed));
    });

    it('says what failed by name, so that the page can explain it', async () => {
        const own = { person: rosa.id, seed: rosa.seed, genesis: undefined, identity: rosa.identity };
        const file = await writeKeyFile(own, PASSPHRASE, 10);
        const [reply] = await ask({ name: 'unlock', ask: { file, passphrase: 'other' } });
        expect(reply).toMatchObject({ kind: 'failed', error: 'NotOpened' });
        expect((await ask({ name: 'sign', ask: claims({}) }))[0]).toMatchObject({ kind: 'failed', error: 'Locked' });
    });

    it('signs for its own key only', async () => {
        await unlocked();
        expect(() => keyring.sign(claims({ key: '66'.repeat(32) }))).toThrow('its own signer');
    });

    it.each(['release.vote', 'release.released'])('signs no %s over what was not opened here', async (kind) => {
        await unlocked();
        expect(() => keyring.sign(claims({ kind }))).toThrow('every item');
    });

    it('hands over no reading key of what was not opened here', async () => {
        await unlocked();
        const reading = await newIdentity();
        const { sealGrant } = await import('../src/sealed/age');
        const grant = Buffer.from(await sealGrant(reading, rosa.identity.recipient)).toString('base64');
        await keyring.openGrant({ scope: releaseScope('22'.repeat(16)), grant });
        expect(() => keyring.readingKey({ release: '22'.repeat(16), manifest: hex(sha256(utf8('m'))) })).toThrow('checked');
    });

    it('forgets everything when it is locked', async () => {
        await unlocked();
        await keyring.makeGeneration({ scope: 'case x 1', people: [] });
        keyring.lock();
        expect(() => keyring.sign(claims({}))).toThrow('unlock');
        await unlocked();
        await expect(keyring.grants({ scope: 'case x 1', people: [] })).rejects.toThrow('not been opened');
    });

    it('takes a changed manifest for another', async () => {
        await unlocked();
        const manifest = {
            items: [{ name: 'a', sha256: '11'.repeat(32), size: 1 }],
            jurisdictions: ['FR'],
            random: '77'.repeat(32),
            reason: 'R',
            release: '22'.repeat(16),
            title: 'T',
            v: 1 as const,
        };
        const opened = { manifest, digest: '44'.repeat(32), sources: [] };
        await expect(keyring.checkRelease(opened)).rejects.toThrow('not what was opened');
    });
});
