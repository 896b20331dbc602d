// One person's work at the desk: who they are, what the ledger proves, and the acts that they sign. No page here.
import { type Api, type CaseAnswer, type Listed, type Me, Problem, type Signed } from './api';
import { BrokenEvidence, fromBase64, hex, random, sha256 } from './formats/bytes';
import type { Obj } from './formats/canonical';
import { accountHash, caseTag, recipientHash, replyTag } from './formats/entry';
import { type Role, bodyDigest, writeTime } from './formats/statement';
import type { Rules, Trust } from './formats/trust';
import type { Keys } from './keys/keys';
import type { Grant, OpenedRelease, Own, Progress, Source } from './keys/keyring';
import { generationScope } from './keys/scopes';
import { demandSource, openExhibit, openGrants, openReply, recipients } from './opening';
import { type Store, Watch } from './watch';
import { type NewPerson, type OpenedCase, Stop, holdersOf, newest } from './work';

const pinPlace = (person: string) => `sigillo/genesis/${person}`;

export class Session {
    own: Own | undefined;
    trust: Trust | undefined;
    private readonly watch: Watch;

    constructor(
        readonly api: Api,
        readonly keys: Keys,
        public me: Me,
        private readonly store: Store,
        private readonly now: () => number,
    ) {
        this.watch = new Watch(api, store);
    }

    /** Asks again who I am, after account or person have changed. */
    async again(): Promise<void> {
        this.me = await this.api.me();
    }

    /** The genesis that my key file pins, or that I confirmed on this browser. */
    get pinned(): string | undefined {
        return this.own === undefined
            ? undefined
            : (this.own.genesis ?? this.store.getItem(pinPlace(this.own.person)) ?? undefined);
    }

    async unlock(file: Uint8Array<ArrayBuffer>, passphrase: string): Promise<Own> {
        this.own = undefined;
        this.trust = undefined;
        const own = await this.keys.ask('unlock', { file, passphrase });
        if (this.me.person !== null && own.person !== this.me.person) {
            await this.keys.ask('lock', undefined);
            throw new Stop('stop.otherPerson');
        }
        this.own = own;
        if (this.pinned !== undefined) {
            await this.look();
        }
        return own;
    }

    /** After the person compared the genesis hash with the one they were given. */
    async pin(): Promise<void> {
        const own = this.mustOwn();
        this.store.setItem(pinPlace(own.person), this.me.genesis);
        await this.look();
    }

    async lock(): Promise<void> {
        this.own = undefined;
        this.trust = undefined;
        await this.keys.ask('lock', undefined);
    }

    /** Reads the ledger again; nothing is signed or sealed without this. */
    async look(): Promise<Trust> {
        const genesis = this.pinned;
        if (genesis === undefined) {
            throw new Stop(this.own === undefined ? 'stop.locked' : 'stop.notPinned');
        }
        if (genesis !== this.me.genesis) {
            throw new BrokenEvidence('the genesis', genesis, this.me.genesis);
        }
        const trust = await this.watch.look(genesis);
        const own = this.mustOwn();
        const known = trust.person(own.person);
        if (known !== undefined && (known.key !== own.key || known.recipient !== recipientHash(own.recipient))) {
            throw new BrokenEvidence('your key', known.key, own.key);
        }
        this.trust = trust;
        return trust;
    }

    /** A genesis person's first sign-in: ties this account to the person of the key file. */
    async linkAccount(): Promise<void> {
        const own = this.mustOwn();
        const person = (await this.look()).person(own.person);
        if (person?.founder !== true || person.account !== undefined) {
            throw new Stop('stop.notFounder');
        }
        const salt = random(32);
        const account = hex(accountHash(salt, this.me.subject));
        const signed = await this.sign('person.account', own.person, { person: own.person, account }, this.anyRole());
        await this.api.post('/api/people/account', { person: own.person, salt: hex(salt), ...signed });
    }

    /** Makes keys and the sealed key file; nothing is sent yet. */
    async makeKeys(passphrase: string, work?: number): Promise<NewPerson> {
        const person = hex(random(16));
        const ask = { person, genesis: this.me.genesis, passphrase, ...(work === undefined ? {} : { work }) };
        const made = await this.keys.ask('makeKeyFile', ask);
        this.own = made;
        return made;
    }

    async enrol(): Promise<void> {
        const own = this.mustOwn();
        await this.look();
        const salt = random(32);
        const account = hex(accountHash(salt, this.me.subject));
        const recipient = recipientHash(own.recipient);
        const body = { person: own.person, key: own.key, recipient, account };
        const signed = await this.sign('person.enrolled', own.person, body, undefined);
        const { person, key } = own;
        await this.api.post('/api/people/enrol', {
            ...{ person, key, recipient: own.recipient, salt: hex(salt) },
            ...signed,
        });
    }

    /** Two statements: these are this person's keys, and this person shall have this role. */
    async confirm(listed: Listed, role: Role): Promise<void> {
        const trust = await this.look();
        const person = trust.person(listed.person);
        if (person === undefined) {
            throw new Stop('stop.noFingerprint');
        }
        const mine = this.anyRole();
        if (mine === undefined) {
            throw new Stop('stop.noRole');
        }
        const fact = { person: person.id, fingerprint: person.fingerprint };
        const confirmed = await this.sign('person.confirmed', person.id, fact, mine);
        const roleGiven = await this.sign('person.role-given', person.id, { ...fact, role }, mine, { given: role });
        await this.api.post(`/api/people/${person.id}/confirm`, { confirmed, roleGiven: { role, ...roleGiven } });
    }

    /** Signs for the next rules; they hold with the second signature. */
    async changeRules(next: Rules): Promise<void> {
        const trust = await this.look();
        const mine = this.anyRole();
        if (mine === undefined) {
            throw new Stop('stop.noRole');
        }
        const rules = { ...next, version: trust.rules.version + 1 };
        const signed = await this.sign('rules.changed', trust.instance, { rules }, mine, { round: rules.version });
        await this.api.post('/api/rules', { rules, ...signed });
    }

    /** Opens a case: grants, labels; as the first reviewer makes generation 1 before anything else. */
    async openCase(id: string): Promise<OpenedCase> {
        const trust = await this.look();
        let answer = await this.api.case(id);
        let made = false;
        if (newest(answer) === 0 && this.holds(answer).includes(0)) {
            await openGrants(this.keys, answer);
            try {
                await this.makeGeneration(answer, trust);
                made = true;
            } catch (error) {
                // Another reviewer was first: theirs counts.
                if (!(error instanceof Problem && error.status === 409)) {
                    throw error;
                }
            }
            answer = await this.api.case(id);
        }
        const mine = await openGrants(this.keys, answer);
        const exhibits = await Promise.all(
            answer.exhibits.map((line) => openExhibit(this.keys, id, line, trust.origins, mine)),
        );
        const replies = await Promise.all(answer.replies.map((line) => openReply(this.keys, id, line, trust.origins, mine)));
        const lacking = trust.counting('reviewer').flatMap(({ id: person }) => {
            const generations = mine.filter((g) => !holdersOf(answer, g).includes(person));
            return generations.length === 0 ? [] : [{ person, generations }];
        });
        const generation = newest(answer);
        const holders = holdersOf(answer, generation);
        const { source, wishes, takenUp } = answer;
        return { id, source, generation, mine, exhibits, replies, wishes, takenUp, lacking, holders, madeGeneration: made };
    }

    /** Gives every generation that I hold to reviewers who lack it. */
    async giveGrants(opened: OpenedCase, people: readonly string[]): Promise<void> {
        const trust = await this.look();
        const grants: object[] = [];
        for (const { person, generations } of opened.lacking.filter((l) => people.includes(l.person))) {
            if (!trust.counts(person, 'reviewer')) {
                throw new Stop('stop.noReviewer');
            }
            for (const generation of generations) {
                const [recipient] = await recipients(this.api, [person], trust);
                const scope = generationScope(opened.id, generation);
                const made = await this.keys.ask('grants', { scope, people: recipient === undefined ? [] : [recipient] });
                for (const grant of made) {
                    grants.push({ generation, ...(await this.signGrant(opened.id, generation, grant)) });
                }
            }
        }
        await this.api.post(`/api/cases/${opened.id}/grants`, { grants });
    }

    /** Answers the source: sealed to the key that the ledger names, and to the case. */
    async reply(opened: OpenedCase, words: string): Promise<void> {
        const trust = await this.look();
        const writer = this.mustOwn().person;
        const role = this.roleToSign(['reviewer']);
        await demandSource(this.api, trust, opened.id, opened.source);
        const reply = hex(random(16));
        const { generation } = opened;
        const place = { case: opened.id, reply, generation, writer };
        const box = await this.keys.ask('sealReply', { place, origin: trust.origin, words, source: opened.source });
        const nonce = random(32);
        const body = { reply: replyTag(nonce, reply), generation, box: hex(sha256(fromBase64(box))) };
        const signed = await this.sign('reply.sent', caseTag(nonce, opened.id), body, role, {}, nonce);
        await this.api.post(`/api/cases/${opened.id}/replies`, { reply, generation, box, ...signed });
    }

    /** Builds, seals and proposes a release of these contents. */
    async propose(
        draft: {
            readonly title: string;
            readonly reason: string;
            readonly jurisdictions: readonly string[];
            readonly items: readonly { readonly name: string; readonly source: Source }[];
        },
        progress: Progress,
    ): Promise<string> {
        const trust = await this.look();
        const own = this.mustOwn();
        const role = this.roleToSign(['reviewer', 'editor']);
        const readers = new Set([own.person]);
        trust.counting('editor').forEach((p) => readers.add(p.id));
        trust.counting('counsel').forEach((p) => readers.add(p.id));
        const sealedTo = await recipients(this.api, [...readers], trust);
        const release = hex(random(16));
        await this.api.post('/api/releases', { release });
        const path = `/api/releases/${release}/segments`;
        const sealed = await this.keys.ask('propose', { ...draft, release, readers: sealedTo, path }, progress);
        await this.look();
        const signed = await this.decide('release.proposed', release, 1, sealed.manifest, role);
        await this.api.post(`/api/releases/${release}/propose`, {
            manifest: sealed.manifest,
            items: draft.items.length,
            recipient: sealed.recipient,
            segments: sealed.segments,
            grants: sealed.grants,
            ...signed,
        });
        return release;
    }

    /** Opens a release's manifest and every item of it; only then can it be decided upon. */
    async openRelease(id: string, progress: Progress): Promise<OpenedRelease> {
        await this.look();
        const answer = await this.api.release(id);
        const path = `/api/releases/${id}/segments`;
        const segments = answer.segments.map((s) => ({ path: `${path}/${s.number}`, sha256: s.sha256 }));
        const opened = await this.keys.ask('openRelease', { release: id, grant: answer.grant ?? '', segments });
        if (opened.digest !== answer.manifest) {
            throw new BrokenEvidence('the manifest', answer.manifest, opened.digest);
        }
        await this.keys.ask('checkRelease', opened, progress);
        return opened;
    }

    async approve(id: string, round: number, opened: OpenedRelease): Promise<void> {
        await this.look();
        const role = this.roleToSign(['editor']);
        const signed = await this.decide('release.vote', id, round, opened.digest, role, 'approve');
        await this.api.post(`/api/releases/${id}/votes`, { decision: 'approve', ...signed });
    }

    /** Hands over the reading key, so that the server can open what is to be published. */
    async publish(id: string, round: number, opened: OpenedRelease): Promise<void> {
        await this.look();
        const role = this.roleToSign(['editor']);
        const signed = await this.decide('release.released', id, round, opened.digest, role);
        const readingKey = await this.keys.ask('readingKey', { release: id, manifest: opened.digest });
        await this.api.post(`/api/releases/${id}/publish`, { readingKey, ...signed });
    }

    private async makeGeneration(answer: CaseAnswer, trust: Trust): Promise<void> {
        const generation = newest(answer) + 1;
        this.roleToSign(['reviewer']);
        const holders = holdersOf(answer, generation - 1).filter((p) => trust.counts(p, 'reviewer'));
        const people = await recipients(this.api, holders, trust);
        const scope = generationScope(answer.case, generation);
        const { recipient, grants } = await this.keys.ask('makeGeneration', { scope, people });
        const nonce = random(32);
        const body = { generation, recipient: recipientHash(recipient) };
        const tag = caseTag(nonce, answer.case);
        const signed = await this.sign('case.generation', tag, body, 'reviewer', {}, nonce);
        await this.api.post(`/api/cases/${answer.case}/generation`, {
            ...{ generation, recipient, ...signed },
            grants: await Promise.all(grants.map((grant) => this.signGrant(answer.case, generation, grant))),
        });
    }

    private async signGrant(caseId: string, generation: number, given: Grant): Promise<Grant & Signed> {
        const nonce = random(32);
        const grant = hex(sha256(fromBase64(given.grant)));
        const body = { person: given.person, generation, grant };
        const signed = await this.sign('grant.given', caseTag(nonce, caseId), body, 'reviewer', {}, nonce);
        return { ...given, ...signed };
    }

    private holds(answer: CaseAnswer): number[] {
        return answer.grants.map((g) => g.generation);
    }

    private anyRole(): Role | undefined {
        const { person } = this.mustOwn();
        return this.trust?.roles(person).find((role) => this.trust?.maySign(person, role, this.now()));
    }

    private roleToSign(roles: readonly Role[]): Role {
        const { person } = this.mustOwn();
        const role = roles.find((r) => this.trust?.maySign(person, r, this.now()));
        if (role === undefined) {
            throw new Stop('stop.noRole');
        }
        return role;
    }

    private async decide(
        kind: 'release.proposed' | 'release.vote' | 'release.released',
        release: string,
        round: number,
        manifest: string,
        role: Role,
        decision?: string,
    ): Promise<Signed> {
        const more = { round, digest: manifest, ...(decision === undefined ? {} : { decision }) };
        return this.sign(kind, release, {}, role, more);
    }

    private async sign(
        kind: string,
        subject: string,
        body: Obj,
        role: Role | undefined,
        more: { round?: number; digest?: string; decision?: string; given?: Role } = {},
        nonce = random(32),
    ): Promise<Signed> {
        const trust = this.trust;
        if (trust === undefined) {
            throw new Stop('stop.locked');
        }
        const statement = await this.keys.ask('sign', {
            origin: trust.origin,
            kind,
            subject,
            round: 1,
            digest: bodyDigest(body),
            rules: trust.rules.version,
            key: this.mustOwn().key,
            seen: { size: trust.checkpoint.size, root: hex(trust.checkpoint.root) },
            at: writeTime(this.now()),
            ...(role === undefined ? {} : { role }),
            ...more,
        });
        return { nonce: hex(nonce), statement };
    }

    private mustOwn(): Own {
        if (this.own === undefined) {
            throw new Stop('stop.locked');
        }
        return this.own;
    }
}
