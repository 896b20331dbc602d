// What the desk believes of the ledger, and what it refuses, whoever serves it.
import { beforeEach, describe, expect, it } from 'vitest';
import { BrokenEvidence, base64, fromBase64, hex, random } from '../src/formats/bytes';
import type { Obj } from '../src/formats/canonical';
import { accountHash, fingerprint, recipientHash } from '../src/formats/entry';
import { type Claims, bodyDigest, writeTime } from '../src/formats/statement';
import { type LedgerPeople, follow } from '../src/formats/trust';
import { type Colleague, Newsroom, colleague, signStatement } from './newsroom';

let newsroom: Newsroom;

beforeEach(async () => {
    newsroom = await Newsroom.of();
});

const named = (name: string) => newsroom.named(name);

function claimsOf(who: Colleague, kind: string, subject: string, body: Obj, more: Partial<Claims> = {}): Claims {
    return {
        origin: newsroom.origin,
        kind,
        subject,
        round: 1,
        digest: bodyDigest(body),
        rules: 1,
        key: who.key,
        seen: { size: 0, root: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
        at: writeTime(newsroom.time),
        ...more,
    };
}

function append(kind: string, by: Colleague, subject: string, body: Obj, more: Partial<Claims> = {}, actor = by.id): void {
    const statement = signStatement(claimsOf(by, kind, subject, body, more), by.seed);
    newsroom.append(kind, actor, { ...body, statement }, hex(random(32)));
}

function enrol(who: Colleague): void {
    const account = hex(accountHash(random(32), who.subject));
    const body = { person: who.id, key: who.key, recipient: recipientHash(who.identity.recipient), account };
    append('person.enrolled', who, who.id, body);
}

const print = (who: Colleague) => fingerprint(who.key, recipientHash(who.identity.recipient));

function confirm(by: Colleague, who: Colleague, more: Partial<Claims> = {}): void {
    const role = by.roles[0] ?? 'reviewer';
    append('person.confirmed', by, who.id, { person: who.id, fingerprint: print(who) }, { role, ...more });
}

function give(by: Colleague, who: Colleague): void {
    const role = by.roles[0] ?? 'reviewer';
    const body = { person: who.id, fingerprint: print(who), role: 'reviewer' };
    append('person.role-given', by, who.id, body, { role, given: 'reviewer' });
}

describe('from the genesis', () => {
    it('its people count at once, and an administrator in nothing else', () => {
        const trust = newsroom.trust();
        expect(trust.roles(named('Rosa').id)).toEqual(['reviewer']);
        expect(trust.counting('editor').map((p) => p.id)).toEqual([named('Edith').id, named('Emil').id]);
        expect(trust.maySign(named('Edith').id, 'reviewer', newsroom.time)).toBe(false);
    });

    it('a newcomer counts after two confirmations and two gifts of the role', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        confirm(named('Rosa'), nina);
        give(named('Rosa'), nina);
        confirm(named('Edith'), nina);
        expect(newsroom.trust().counts(nina.id, 'reviewer')).toBe(false);
        give(named('Edith'), nina);
        expect(newsroom.trust().counts(nina.id, 'reviewer')).toBe(true);
    });

    it('two administrators are not enough', async () => {
        const [nina, bert] = [await colleague('Nina', 'reviewer'), await colleague('Bert', 'administrator')];
        newsroom = new Newsroom([...newsroom.founders, bert]);
        enrol(nina);
        for (const by of [named('Ada'), bert]) {
            confirm(by, nina);
            give(by, nina);
        }
        expect(newsroom.trust().counts(nina.id, 'reviewer')).toBe(false);
        confirm(named('Rosa'), nina);
        give(named('Rosa'), nina);
        expect(newsroom.trust().counts(nina.id, 'reviewer')).toBe(true);
    });
});

const NEXT = { version: 2, beat: 3600, k: 16, minimumKeyAge: 0, quorum: 3 };

function rule(by: Colleague, rules: typeof NEXT, round = rules.version): void {
    append('rules.changed', by, newsroom.instance, { rules }, { role: by.roles[0] ?? 'reviewer', round });
}

describe('rules', () => {
    it('hold from the second signature for the same ones on', () => {
        rule(named('Rosa'), NEXT);
        rule(named('Edith'), { ...NEXT, k: 99 });
        const trust = newsroom.trust();
        expect(trust.rules.version).toBe(1);
        expect(trust.askedRules().map((asked) => asked.signers)).toEqual([[named('Rosa').id], [named('Edith').id]]);
        rule(named('Emil'), NEXT);
        expect(newsroom.trust().rules).toEqual(NEXT);
        expect(newsroom.trust().askedRules()).toEqual([]);
    });

    it('of another version are refused', () => {
        rule(named('Rosa'), { ...NEXT, version: 3 });
        expect(() => newsroom.trust()).toThrow(/version/);
    });

    it('signed twice by one are refused', () => {
        rule(named('Rosa'), NEXT);
        rule(named('Rosa'), NEXT);
        expect(() => newsroom.trust()).toThrow(/a second/);
    });

    it('in another round are refused', () => {
        rule(named('Rosa'), NEXT, 1);
        expect(() => newsroom.trust()).toThrow(/round/);
    });
});

describe('refused is', () => {
    it('another genesis', () => {
        expect(() => follow('00'.repeat(32), newsroom.people())).toThrow(BrokenEvidence);
    });

    it('a confirmation of oneself', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        confirm(nina, nina);
        expect(() => newsroom.trust()).toThrow(BrokenEvidence);
    });

    it('a confirmation by somebody who does not count', async () => {
        const [nina, nils] = [await colleague('Nina', 'reviewer'), await colleague('Nils', 'reviewer')];
        enrol(nina);
        enrol(nils);
        confirm(nils, nina);
        expect(() => newsroom.trust()).toThrow(/does not/);
    });

    it('a role that the signer does not have', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        confirm(named('Rosa'), nina, { role: 'editor' });
        expect(() => newsroom.trust()).toThrow(/editor/);
    });

    it('the same statement twice', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        confirm(named('Rosa'), nina);
        confirm(named('Rosa'), nina);
        expect(() => newsroom.trust()).toThrow(/second/);
    });

    it('a statement under another person’s name', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        const body = { person: nina.id, fingerprint: print(nina) };
        append('person.confirmed', named('Rosa'), nina.id, body, { role: 'reviewer' }, named('Rami').id);
        expect(() => newsroom.trust()).toThrow(/key/);
    });

    it('another fingerprint, ledger, version of the rules, subject or digest', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        const wrong: Partial<Claims>[] = [
            { origin: 'other.example/ledger' },
            { rules: 2 },
            { subject: named('Rami').id },
            { digest: '00'.repeat(32) },
            { kind: 'person.account' },
            { decision: 'approve' },
            { seen: { size: 99, root: '00'.repeat(32) } },
            { at: writeTime(newsroom.time + 121_000) },
            { at: writeTime(newsroom.time - 86_401_000) },
        ];
        for (const more of wrong) {
            confirm(named('Rosa'), nina, more);
            expect(() => newsroom.trust(), JSON.stringify(more)).toThrow(BrokenEvidence);
            newsroom.entries.pop();
        }
        const body = { person: nina.id, fingerprint: '00'.repeat(32) };
        append('person.confirmed', named('Rosa'), nina.id, body, { role: 'reviewer' });
        expect(() => newsroom.trust()).toThrow(/fingerprint/);
    });

    it('a key that is known already', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol({ ...nina, key: named('Rosa').key, seed: named('Rosa').seed });
        expect(() => newsroom.trust()).toThrow(/known/);
    });

    it('an entry that is not in the checkpoint, or stands elsewhere', async () => {
        const nina = await colleague('Nina', 'reviewer');
        enrol(nina);
        confirm(named('Rosa'), nina);
        const people = newsroom.people();
        const [first, second, third] = people.entries;
        if (first === undefined || second === undefined || third === undefined) {
            expect.fail('three entries are expected');
        }
        const changed: LedgerPeople['entries'][] = [
            [first, { ...second, proof: third.proof }, third],
            [first, { ...second, index: 2 }, third],
            [first, third, second],
            [second, third],
            [first, second, { ...third, bytes: second.bytes }],
            [first, { ...second, proof: second.proof.slice(1) }, third],
        ];
        follow(newsroom.genesis, people);
        for (const entries of changed) {
            expect(() => follow(newsroom.genesis, { ...people, entries })).toThrow();
        }
        const flipped = fromBase64(second.bytes);
        flipped[200] = (flipped[200] ?? 0) ^ 1;
        const entries = [first, { ...second, bytes: base64(flipped) }, third];
        expect(() => follow(newsroom.genesis, { ...people, entries })).toThrow();
    });

    it('a checkpoint that the log did not sign', async () => {
        const people = newsroom.people();
        const other = await Newsroom.of();
        expect(() => follow(newsroom.genesis, { ...people, checkpoint: other.checkpoint() })).toThrow(BrokenEvidence);
        const bigger = people.checkpoint.replace('\n1\n', '\n2\n');
        expect(() => follow(newsroom.genesis, { ...people, checkpoint: bigger })).toThrow(BrokenEvidence);
    });
});
