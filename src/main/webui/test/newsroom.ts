// A newsroom in memory that answers the desk's API: a hand-written fake with real keys, a real tree and real seals.
// It checks what it is sent as strictly as docs/spec says, so a test that passes here has signed the right thing.
import { ed25519 } from '@noble/curves/ed25519.js';
import type { Me } from '../src/api';
import { type Bytes, base64, concat, fromBase64, fromHex, hex, random, sha256, utf8 } from '../src/formats/bytes';
import { type Obj, encode, object } from '../src/formats/canonical';
import { caseTag, fingerprint, parseEntry, recipientHash, replyTag } from '../src/formats/entry';
import { EMPTY, leafHash } from '../src/formats/merkle';
import { type Claims, type Role, bodyDigest, message, parseStatement, signatureHolds, writeClaims, writeTime } from '../src/formats/statement';
import { type LedgerPeople, type Trust, follow } from '../src/formats/trust';
import { type Identity, newIdentity, sealGrant } from '../src/sealed/age';
import { sealSmall } from '../src/sealed/box';
import { sealContent } from '../src/sealed/content';
import { writeKeyFile } from '../src/sealed/keyfile';
import { consistencyProof, hashesRoot, inclusionProof } from './tree';

export const PASSPHRASE = 'correct horse battery staple';
export const SMALL = 65_536;

export interface Colleague {
    readonly id: string;
    readonly name: string;
    readonly subject: string;
    readonly seed: Bytes;
    readonly key: string;
    readonly identity: Identity;
    readonly roles: readonly Role[];
    linked: boolean;
}

interface Generation {
    readonly recipient: string;
    readonly grants: Map<string, string>;
    readonly identity?: Identity;
}

interface Exhibit {
    readonly id: string;
    readonly number: number;
    readonly generation: number;
    readonly label: string;
    readonly segments: Bytes[];
}

interface Case {
    readonly id: string;
    readonly generations: Generation[];
    readonly exhibits: Exhibit[];
    readonly source: Identity;
    readonly replies: { reply: string; writer: string; generation: number; box: string | null }[];
    readonly wishes: { wish: string; day: string; settled: string | null }[];
    /** The index of its first entry. */
    readonly opened: number;
}

interface Release {
    readonly id: string;
    readonly drafter: string;
    state: string;
    readonly segments: Bytes[];
    manifest: string;
    items: number;
    recipient: string;
    grants: Map<string, string>;
    readonly votes: { person: string; decision: string; at: string }[];
    readingKey: string;
}

/** What requests carry, whichever they are. */
interface Ask {
    readonly nonce?: string;
    readonly statement?: Obj;
    readonly person?: string;
    readonly key?: string;
    readonly recipient?: string;
    readonly salt?: string;
    readonly role?: string;
    readonly generation?: number;
    readonly grant?: string;
    readonly grants?: readonly Ask[];
    readonly release?: string;
    readonly manifest?: string;
    readonly items?: number;
    readonly segments?: readonly string[];
    readonly decision?: string;
    readonly readingKey?: string;
    readonly reply?: string;
    readonly box?: string;
    readonly confirmed?: Ask;
    readonly roleGiven?: Ask;
}

class Refused extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

export async function colleague(name: string, ...roles: Role[]): Promise<Colleague> {
    const seed = random(32);
    const key = hex(ed25519.getPublicKey(seed));
    const own = { id: hex(random(16)), name, subject: `subject-of-${name}`, seed, key };
    return { ...own, identity: await newIdentity(), roles, linked: true };
}

export function signStatement(claims: Claims, seed: Bytes): { bytes: string; signature: string } {
    const bytes = writeClaims(claims);
    return { bytes: base64(bytes), signature: base64(ed25519.sign(message(bytes), seed)) };
}

export class Newsroom {
    readonly origin: string;
    readonly instance: string;
    readonly rules = { version: 1, beat: 10, k: 8, minimumKeyAge: 0, quorum: 2 };
    readonly entries: Bytes[] = [];
    readonly cases: Case[] = [];
    readonly releases: Release[] = [];
    readonly takenUp = new Set<string>();
    /** Exhibits in one answer. */
    most = 200;
    /** What becomes of newcomers at the sources' door. */
    crowd = { cases: 12, quota: 1000, calling: 'nobody', state: 'free' };
    /** Numbers of exhibits of which the vault has lost the first segment. */
    readonly lost = new Set<number>();
    readonly enrolled: { colleague: Omit<Colleague, 'seed' | 'identity'>; recipient: string }[] = [];
    readonly log = random(32);
    segmentSize = SMALL;
    time = Date.parse('2026-11-24T09:30:00Z');

    constructor(
        readonly founders: readonly Colleague[],
        /** Keycloak roles of accounts that have no person yet. */
        readonly accounts: ReadonlyMap<string, readonly Role[]> = new Map(),
        /** Whose ledger was closed: this one goes on from there. */
        readonly before?: Newsroom,
    ) {
        this.origin = before === undefined ? 'news.example/ledger' : `${before.origin}-on`;
        this.instance = before?.instance ?? hex(random(32));
        this.entries.push(this.genesisEntry());
    }

    static async of(): Promise<Newsroom> {
        return new Newsroom([
            await colleague('Rosa', 'reviewer'),
            await colleague('Rami', 'reviewer'),
            await colleague('Edith', 'editor'),
            await colleague('Emil', 'editor'),
            await colleague('Cleo', 'counsel'),
            await colleague('Ada', 'administrator'),
        ]);
    }

    /** The same people with another ledger, which says how this one ended. */
    goesOn(): Newsroom {
        return new Newsroom(this.founders, this.accounts, this);
    }

    /** All that were closed, the oldest first. */
    closed(): Newsroom[] {
        return this.before === undefined ? [] : [...this.before.closed(), this.before];
    }

    get root(): Bytes {
        return hashesRoot(this.entries.map(leafHash));
    }

    get vkey(): string {
        const typed = concat(Uint8Array.of(1), ed25519.getPublicKey(this.log));
        return `${this.origin}+${hex(sha256(utf8(`${this.origin}\n`), typed).subarray(0, 4))}+${base64(typed)}`;
    }

    /** The log's second key, which the desk passes over: no signature scheme of it is here. */
    get secondVkey(): string {
        const typed = concat(Uint8Array.of(6), new Uint8Array(1312).fill(9));
        return `${this.origin}+${hex(sha256(utf8(`${this.origin}\n`), typed).subarray(0, 4))}+${base64(typed)}`;
    }

    get genesis(): string {
        return hex(leafHash(this.entries[0] ?? new Uint8Array(0)));
    }

    named(name: string): Colleague {
        const found = this.founders.find((f) => f.name === name);
        if (found === undefined) {
            throw new Error(`nobody is called ${name}`);
        }
        return found;
    }

    keyFile(who: Colleague, genesis: string | undefined = this.genesis): Promise<Bytes> {
        return writeKeyFile({ person: who.id, seed: who.seed, genesis, identity: who.identity }, PASSPHRASE, 10);
    }

    checkpoint(size = this.entries.length): string {
        const root = hashesRoot(this.entries.slice(0, size).map(leafHash));
        const text = `${this.origin}\n${size}\n${base64(root)}\n`;
        const id = fromHex(this.vkey.split('+')[1] ?? '', 4);
        const second = concat(fromHex(this.secondVkey.split('+')[1] ?? '', 4), new Uint8Array(2428));
        return (
            `${text}\n— ${this.origin} ${base64(concat(id, ed25519.sign(utf8(text), this.log)))}\n` +
            `— ${this.origin} ${base64(second)}\n`
        );
    }

    people(): LedgerPeople {
        const hashes = this.entries.map(leafHash);
        const entries = this.entries.flatMap((bytes, index) => {
            const { type } = parseEntry(bytes);
            const shown = index === 0 || type.startsWith('person.') || type === 'rules.changed';
            return shown ? [{ index, bytes: base64(bytes), proof: inclusionProof(index, hashes).map(hex) }] : [];
        });
        return { checkpoint: this.checkpoint(), entries };
    }

    trust(): Trust {
        return follow(this.genesis, this.people());
    }

    append(type: string, actor: string, body: Obj, nonce: string, caseId?: string): void {
        const last = this.entries.at(-1) ?? new Uint8Array(0);
        const at = writeTime(this.time);
        const tag = caseId === undefined ? {} : { case: caseTag(fromHex(nonce, 32), caseId) };
        const event = { type, at, actor, body, ...tag };
        this.entries.push(encode({ event, n: this.entries.length, nonce, prev: hex(leafHash(last)), v: 1 }));
    }

    private genesisEntry(): Bytes {
        const people = this.founders.map((f) => ({
            person: f.id,
            key: f.key,
            recipient: recipientHash(f.identity.recipient),
            roles: [...f.roles],
        }));
        const closed = this.closed().map(({ genesis, origin, root, entries }) => ({ genesis, origin, root: hex(root), size: entries.length }));
        const before = closed.length === 0 ? {} : { before: closed };
        const body = { origin: this.origin, instance: this.instance, keys: [this.vkey, this.secondVkey], rules: { ...this.rules }, ...before };
        const digest = hex(sha256(encode({ ...body, people })));
        const signed = this.founders.map((f, i) => {
            const claims: Claims = {
                origin: this.origin,
                kind: 'log.opened',
                subject: this.instance,
                round: 1,
                digest,
                rules: 1,
                role: f.roles[0] ?? 'reviewer',
                key: f.key,
                seen: { size: 0, root: hex(EMPTY) },
                at: writeTime(this.time),
            };
            return { ...people[i], statement: signStatement(claims, f.seed) };
        });
        const event = { type: 'log.opened', at: writeTime(this.time), body: { ...body, people: signed } };
        return encode({ event, n: 0, nonce: hex(random(32)), prev: '0'.repeat(64), v: 1 });
    }

    /** Gives Rosa and whoever is named a case with these files; a text without a name is a message. */
    async case(holders: readonly Colleague[], ...contents: { name?: string; bytes: Uint8Array }[]): Promise<Case> {
        const identity = await newIdentity();
        const grants = new Map<string, string>();
        for (const holder of holders) {
            grants.set(holder.id, base64(await sealGrant(identity, holder.identity.recipient)));
        }
        const id = hex(random(16));
        const source = await newIdentity();
        const opened = this.entries.length;
        const body = { recipient: recipientHash(identity.recipient), source: recipientHash(source.recipient) };
        this.append('case.opened', 'source', body, hex(random(32)), id);
        const generations = [{ recipient: identity.recipient, grants, identity }];
        const made: Case = { id, generations, exhibits: [], source, replies: [], wishes: [], opened };
        for (const { name, bytes } of contents) {
            const exhibit = hex(random(16));
            const known = { size: bytes.length, sha256: hex(sha256(bytes)) };
            const segments: Bytes[] = [];
            for await (const sealed of sealContent(once(bytes), known, identity.recipient, this.segmentSize)) {
                segments.push(sealed.bytes);
            }
            const label = {
                v: 1,
                kind: name === undefined ? 'message' : 'file',
                origin: this.origin,
                case: id,
                exhibit,
                generation: 0,
                ...(name === undefined ? {} : { name }),
                mediaType: name === undefined ? 'text/plain' : 'application/octet-stream',
                ...known,
                salt: hex(random(32)),
                segments: segments.map((s) => hex(sha256(s))),
            };
            const box = base64(await sealSmall(label, identity.recipient));
            made.exhibits.push({ id: exhibit, number: made.exhibits.length + 1, generation: 0, label: box, segments });
        }
        this.cases.push(made);
        return made;
    }

    me(subject: string): Me {
        const founder = this.founders.find((f) => f.subject === subject && f.linked);
        const enrolled = this.enrolled.find((e) => e.colleague.subject === subject)?.colleague;
        const person = founder?.id ?? enrolled?.id ?? null;
        const asked = this.founders.find((f) => f.subject === subject)?.roles ?? this.accounts.get(subject) ?? [];
        return {
            subject,
            name: founder?.name ?? subject,
            keycloakRoles: asked,
            person,
            roles: person === null ? [] : this.trust().roles(person),
            account: person === null ? 'none' : 'known',
            origin: this.origin,
            instance: this.instance,
            genesis: this.genesis,
            keys: [this.vkey, this.secondVkey],
            rules: this.rules,
            newsstand: 'http://news.localhost:8080',
            demo: true,
        };
    }

    /** What this account's browser reaches. */
    fetchAs(subject: string): (path: string, init?: RequestInit) => Promise<Response> {
        return async (path, init) => {
            try {
                return await this.answer(subject, new URL(path, 'http://desk.localhost'), init ?? {});
            } catch (error) {
                const status = error instanceof Refused ? error.status : 400;
                const detail = error instanceof Error ? error.message : String(error);
                const problem = { type: 'about:blank', title: 'Refused', status, detail };
                return Response.json(problem, { status, headers: { 'Content-Type': 'application/problem+json' } });
            }
        };
    }

    private async answer(subject: string, url: URL, init: RequestInit): Promise<Response> {
        const me = this.me(subject).person ?? '';
        const method = init.method ?? 'GET';
        const part = url.pathname.split('/').slice(2);
        const [room, id = '', what, n = ''] = part;
        const route = `${method} ${[room, id === '' ? undefined : '*', what].filter((p) => p !== undefined).join('/')}`;
        const body = () => JSON.parse(typeof init.body === 'string' ? init.body : '') as Ask;
        switch (route) {
            case 'GET me':
                return Response.json(this.me(subject));
            case 'GET people':
                return Response.json({ people: this.listed() });
            case 'GET ledger/*':
                return id === 'people' ? Response.json(this.people()) : this.consistency(url);
            case 'POST people/*':
                return id === 'account' ? this.account(subject, body()) : this.enrol(subject, body());
            case 'POST people/*/confirm':
                return this.confirm(me, id, body());
            case 'GET cases':
                return Response.json({ cases: this.caseLines(me) });
            case 'GET cases/*':
                return Response.json(this.caseAnswer(me, id, Number(url.searchParams.get('from') ?? 1)));
            case 'POST cases/*/generation':
                return this.generation(me, this.mustCase(id), body());
            case 'POST cases/*/grants':
                return this.grants(me, this.mustCase(id), body());
            case 'POST cases/*/wishes': {
                const { wishes } = this.mustCase(id);
                wishes.splice(0, wishes.length, ...wishes.map((w) => (w.wish === n ? { ...w, settled: '2026-11-26' } : w)));
                return new Response(null, { status: 204 });
            }
            case 'POST cases/*/replies':
                return this.reply(me, this.mustCase(id), body());
            case 'GET cases/*/opened':
                return this.openedEntry(this.mustCase(id), Number(url.searchParams.get('size')));
            case 'GET exhibits/*/segments': {
                const exhibit = this.cases.flatMap((c) => c.exhibits).find((e) => e.id === id);
                return bytes(exhibit?.segments[Number(n)]);
            }
            case 'POST releases':
                return this.draft(me, body());
            case 'GET releases':
                return Response.json({ releases: this.releases.map((r) => this.line(r)) });
            case 'GET releases/*':
                return Response.json(this.releaseAnswer(me, this.mustRelease(id)));
            case 'PUT releases/*/segments':
                return this.segment(this.mustRelease(id), Number(n), init);
            case 'GET releases/*/segments':
                return bytes(this.mustRelease(id).segments[Number(n)]);
            case 'POST releases/*/propose':
                return this.propose(me, this.mustRelease(id), body());
            case 'POST releases/*/votes':
                return this.vote(me, this.mustRelease(id), body());
            case 'POST releases/*/publish':
                return this.publish(me, this.mustRelease(id), body());
            case 'GET releases/*/progress': {
                const { state } = this.mustRelease(id);
                const page = state === 'RELEASED' ? `http://news.localhost:8080/releases/${id}` : null;
                return Promise.resolve(Response.json({ state, page }));
            }
            case 'POST cases/*/take-up':
                this.takenUp.add(id);
                return new Response(null, { status: 204 });
            case 'GET vault':
                return Response.json({
                    protection: 'object-lock',
                    damaged: 1,
                    settled: { ended: '2026-11-25T04:12:09Z', settled: 12, removed: 0, waiting: 0, broken: 0, unkept: 3 },
                    scrubbed: { begun: '2026-11-25T03:00:00Z', ended: null, objects: 7, bytes: 900, damaged: 1, unread: 2 },
                    overdue: false,
                });
            case 'GET health':
            case 'POST health/*': {
                const size = this.entries.length;
                const checked = { checkedAt: new Date(this.time).toISOString(), checkedSize: size };
                const witnesses = { 'witness.example': 'cosigned', 'tsa.example': 'no answer' };
                const unstampedSince = { 'tsa.example': '2026-11-25T04:12:09Z' };
                const { rules } = this.trust();
                const ledger = { size, root: 'ab'.repeat(32), waiting: 3, beats: 1, guarded: true, witnesses, unstampedSince, rules, ...checked };
                return Response.json({ ledger, intake: this.crowd, evidence: 'intact', detail: 'Everything was read again.' });
            }
            default:
                throw new Refused(404, `no route ${route}`);
        }
    }

    private consistency(url: URL): Response {
        const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
        const hashes = this.entries.slice(0, to).map(leafHash);
        return Response.json({ proof: consistencyProof(from, hashes).map(hex) });
    }

    private listed(): object[] {
        const trust = this.trust();
        const founders = this.founders.map((f) => ({ name: f.name, asked: f.roles, id: f.id, recipient: f.identity.recipient }));
        const others = this.enrolled.map((e) => ({ ...e.colleague, asked: e.colleague.roles, recipient: e.recipient }));
        return [...founders, ...others].map(({ id, name, asked, recipient }) => {
            const person = trust.person(id);
            return {
                person: id,
                name,
                key: person?.key,
                recipient,
                fingerprint: person === undefined ? '' : fingerprint(person.key, person.recipient),
                roles: trust.roles(id),
                asked,
                confirmedBy: [...(person?.confirmedBy ?? [])],
                roleGivenBy: Object.fromEntries([...(person?.givenBy ?? [])].map(([r, by]) => [r, [...by]])),
                inGenesis: person?.founder ?? false,
            };
        });
    }

    private account(subject: string, ask: Ask): Response {
        const person: string = ask.person ?? '';
        const account = hex(sha256(fromHex(ask.salt ?? '', 32), utf8(subject)));
        this.personal('person.account', person, { person, account }, ask);
        const founder = this.founders.find((f) => f.id === person);
        if (founder === undefined) {
            throw new Refused(403, 'not in the genesis');
        }
        founder.linked = true;
        return new Response(null, { status: 204 });
    }

    private enrol(subject: string, ask: Ask): Response {
        const person: string = ask.person ?? '';
        const key: string = ask.key ?? '';
        const account = hex(sha256(fromHex(ask.salt ?? '', 32), utf8(subject)));
        const recipient = recipientHash(ask.recipient ?? '');
        this.personal('person.enrolled', person, { person, key, recipient, account }, ask);
        const roles = this.accounts.get(subject) ?? [];
        this.enrolled.push({
            colleague: { id: person, name: subject, subject, key, roles, linked: true },
            recipient: ask.recipient ?? '',
        });
        return new Response(null, { status: 201 });
    }

    private confirm(me: string, person: string, ask: Ask): Response {
        const print = this.trust().person(person)?.fingerprint ?? '';
        const given = ask.roleGiven ?? {};
        const role: string = given.role ?? '';
        this.personal('person.confirmed', me, { person, fingerprint: print }, ask.confirmed ?? {});
        this.personal('person.role-given', me, { person, fingerprint: print, role }, given);
        return new Response(null, { status: 204 });
    }

    /** Appends and follows the ledger again: what does not hold is taken back and refused. */
    private personal(type: string, actor: string, body: Obj, signed: Ask): void {
        const statement = signed.statement ?? {};
        this.append(type, actor, { ...body, statement }, signed.nonce ?? '');
        try {
            this.trust();
        } catch (error) {
            this.entries.pop();
            throw error;
        }
    }

    private caseLines(me: string): object[] {
        return this.cases.flatMap((c) => {
            const mine = c.generations.flatMap((g, i) => (g.grants.has(me) ? [i] : []));
            const line = { case: c.id, day: '2026-11-24', exhibits: c.exhibits.length, generation: c.generations.length - 1 };
            const wishes = c.wishes.flatMap((w) => (w.settled === null ? [w.wish] : []));
            return mine.length === 0 ? [] : [{ ...line, mine, wishes }];
        });
    }

    private caseAnswer(me: string, id: string, from: number): object {
        const found = this.mustCase(id);
        const shown = found.exhibits.slice(from - 1, from - 1 + this.most);
        return {
            case: id,
            generations: found.generations.map((g, i) => ({
                generation: i,
                recipient: g.recipient,
                holders: [...g.grants.keys()],
            })),
            grants: found.generations.flatMap((g, generation) => {
                const grant = g.grants.get(me);
                return grant === undefined ? [] : [{ generation, grant }];
            }),
            exhibits: shown.map((e) => ({
                exhibit: e.id,
                number: e.number,
                day: '2026-11-24',
                generation: e.generation,
                label: e.label,
                size: e.segments.length * this.segmentSize,
                segments: e.segments.map((s, number) => ({ number, size: s.length, sha256: hex(sha256(s)) })),
                damaged: this.lost.has(e.number) ? [0] : [],
                index: null,
            })),
            next: shown.length < this.most ? null : from + this.most,
            source: found.source.recipient,
            wishes: found.wishes,
            replies: found.replies.map((r) => ({ ...r, day: '2026-11-25' })),
            takenUp: this.takenUp.has(id) ? '2026-11-25' : null,
        };
    }

    private signedCase(kind: string, me: string, caseId: string, body: Obj, signed: Ask): void {
        const nonce: string = signed.nonce ?? '';
        this.checkSigned(kind, me, caseTag(fromHex(nonce, 32), caseId), bodyDigest(body), signed);
        this.append(kind, me, { ...body, statement: signed.statement ?? {} }, nonce, caseId);
    }

    private checkSigned(kind: string, me: string, subject: string, digest: string, signed: Ask): void {
        const statement = parseStatement(signed.statement ?? {});
        const trust = this.trust();
        const { claims } = statement;
        const holds =
            claims.origin === this.origin &&
            claims.kind === kind &&
            claims.subject === subject &&
            claims.digest === digest &&
            claims.key === trust.person(me)?.key &&
            claims.seen.size <= this.entries.length &&
            claims.role !== undefined &&
            trust.maySign(me, claims.role, this.time) &&
            signatureHolds(statement);
        if (!holds) {
            throw new Refused(422, `the statement ${kind} does not hold`);
        }
    }

    private generation(me: string, found: Case, ask: Ask): Response {
        const generation: number = ask.generation ?? 0;
        const recipient: string = ask.recipient ?? '';
        if (generation !== found.generations.length) {
            throw new Refused(409, 'Another reviewer made this generation. Load the case again.');
        }
        const body = { generation, recipient: recipientHash(recipient) };
        this.signedCase('case.generation', me, found.id, body, ask);
        found.generations.push({ recipient, grants: new Map() });
        return this.grants(me, found, { grants: (ask.grants ?? []).map((g) => ({ generation, ...g })) });
    }

    private reply(me: string, found: Case, ask: Ask): Response {
        const { reply = '', generation = 0, box = '' } = ask;
        if (generation !== found.generations.length - 1) {
            throw new Refused(409, 'The case has a newer generation. Load the case again.');
        }
        const tag = replyTag(fromHex(ask.nonce ?? '', 32), reply);
        const body = { reply: tag, generation, box: hex(sha256(fromBase64(box))) };
        this.signedCase('reply.sent', me, found.id, body, ask);
        found.replies.push({ reply, writer: me, generation, box });
        return new Response(null, { status: 201 });
    }

    private openedEntry(found: Case, size: number): Response {
        const hashes = this.entries.slice(0, size).map(leafHash);
        const proof = inclusionProof(found.opened, hashes).map(hex);
        const bytes = base64(this.entries[found.opened] ?? new Uint8Array(0));
        return Response.json({ origin: this.origin, size, index: found.opened, bytes, proof });
    }

    private grants(me: string, found: Case, ask: Ask): Response {
        for (const given of ask.grants ?? []) {
            const person: string = given.person ?? '';
            const generation: number = given.generation ?? -1;
            const grant = hex(sha256(fromBase64(given.grant ?? '')));
            if (!this.trust().counts(person, 'reviewer')) {
                throw new Refused(422, 'Grants go to reviewers who count.');
            }
            this.signedCase('grant.given', me, found.id, { person, generation, grant }, given);
            found.generations[generation]?.grants.set(person, given.grant ?? '');
        }
        return new Response(null, { status: 201 });
    }

    private draft(me: string, ask: Ask): Response {
        this.releases.push({
            id: ask.release ?? '',
            drafter: me,
            state: 'DRAFT',
            segments: [],
            manifest: '',
            items: 0,
            recipient: '',
            grants: new Map(),
            votes: [],
            readingKey: '',
        });
        return new Response(null, { status: 201 });
    }

    private segment(release: Release, number: number, init: RequestInit): Response {
        const sent = new Uint8Array(init.body as Uint8Array<ArrayBuffer>);
        const said = new Headers(init.headers).get('Content-Digest');
        if (said !== `sha-256=:${base64(sha256(sent))}:`) {
            throw new Refused(400, 'The digest does not fit.');
        }
        release.segments[number] = sent;
        return new Response(null, { status: 201 });
    }

    private propose(me: string, release: Release, ask: Ask): Response {
        const manifest: string = ask.manifest ?? '';
        this.checkSigned('release.proposed', me, release.id, manifest, ask);
        const segments = ask.segments ?? [];
        if (segments.join(' ') !== release.segments.map((s) => hex(sha256(s))).join(' ')) {
            throw new Refused(422, 'The segments are not those that were put.');
        }
        release.manifest = manifest;
        release.items = ask.items ?? 0;
        release.recipient = ask.recipient ?? '';
        release.grants = new Map((ask.grants ?? []).map((g) => [g.person ?? '', g.grant ?? '']));
        release.state = 'PROPOSED';
        return new Response(null, { status: 201 });
    }

    private vote(me: string, release: Release, ask: Ask): Response {
        this.checkSigned('release.vote', me, release.id, release.manifest, ask);
        if (me === release.drafter || release.votes.some((v) => v.person === me)) {
            throw new Refused(422, 'Somebody else has to approve this.');
        }
        release.votes.push({ person: me, decision: ask.decision ?? '', at: writeTime(this.time) });
        release.state = release.votes.length >= this.rules.quorum ? 'READY' : 'PROPOSED';
        return new Response(null, { status: 201 });
    }

    private publish(me: string, release: Release, ask: Ask): Response {
        this.checkSigned('release.released', me, release.id, release.manifest, ask);
        release.readingKey = ask.readingKey ?? '';
        release.state = 'RELEASED';
        return new Response(null, { status: 202 });
    }

    private line(release: Release): object {
        const { id, state, drafter, items, manifest } = release;
        return { release: id, state, round: 1, proposer: drafter, items, manifest, proposedAt: writeTime(this.time) };
    }

    private releaseAnswer(me: string, release: Release): object {
        return {
            ...this.line(release),
            recipient: release.recipient,
            segments: release.segments.map((s, number) => ({ number, size: s.length, sha256: hex(sha256(s)) })),
            grant: release.grants.get(me) ?? null,
            votes: release.votes,
            quorum: this.rules.quorum,
        };
    }

    private mustCase(id: string): Case {
        const found = this.cases.find((c) => c.id === id);
        if (found === undefined) {
            throw new Refused(404, 'There is no such case.');
        }
        return found;
    }

    private mustRelease(id: string): Release {
        const found = this.releases.find((r) => r.id === id);
        if (found === undefined) {
            throw new Refused(404, 'There is no such release.');
        }
        return found;
    }
}

/** Content of this length that repeats nowhere near. */
export function sample(length: number): Bytes {
    return Uint8Array.from({ length }, (_, i) => (i * 2_654_435_761 + (i >>> 8) * 97) >>> 13);
}

/** Compares at once, not item by item: a million of them take a matcher seconds. */
export function same(found: Uint8Array, expected: Uint8Array): boolean {
    return Buffer.compare(found, expected) === 0;
}

// eslint-disable-next-line @typescript-eslint/require-await
export async function* once(...parts: Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
    yield* parts;
}

function bytes(found: Bytes | undefined): Response {
    if (found === undefined) {
        throw new Refused(404, 'There is no such segment.');
    }
    return new Response(found, { headers: { 'Content-Type': 'application/octet-stream' } });
}

export function statementOf(entry: Uint8Array): ReturnType<typeof parseStatement> {
    return parseStatement(object(parseEntry(entry).body, 'statement'));
}
