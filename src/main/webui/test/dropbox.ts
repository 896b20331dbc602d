// The sources' API in memory, as docs/spec/drop-api.md says it: a hand-written fake with a real ledger, real keys and real seals.
// It refuses what a server would refuse, and it can lose requests, lose answers, and lie.
import { createHash } from 'node:crypto';
import type { Obj, Json } from '../src/formats/canonical';
import { type Bytes, base64, fromBase64, fromHex, fromUtf8, hex, random, sha256, tagged, utf8 } from '../src/formats/bytes';
import { caseTag, recipientHash } from '../src/formats/entry';
import { leafHash } from '../src/formats/merkle';
import { bodyDigest, writeTime } from '../src/formats/statement';
import { type Identity, newIdentity, openGrant, seal, sealGrant } from '../src/sealed/age';
import { type Label, openSmall, readLabel, sealSmall, writeReply } from '../src/sealed/box';
import { collect, openContent } from '../src/sealed/content';
import { paddedSize } from '../src/sealed/padding';
import { type Answer, Offline, type SegmentLine, type Transport } from '../src/source/drop-api';
import { sealedSize } from '../src/source/seal';
import { type Colleague, type Newsroom, signStatement } from './newsroom';
import { consistencyProof, inclusionProof } from './tree';

interface Segment extends SegmentLine {
    readonly bytes: Bytes;
}

interface Begun {
    readonly exhibit: string;
    readonly generation: number;
    readonly size: number;
    readonly stub: string;
    readonly segments: Map<number, Segment>;
}

interface Finished {
    readonly exhibit: string;
    readonly generation: number;
    readonly number: number;
    readonly content: string;
    readonly label: string;
    readonly size: number;
    readonly segments: readonly Segment[];
    stub: string | null;
    index: number | null;
    /** Whose ledger has its entry. */
    ledger: Newsroom;
}

interface Generation {
    readonly generation: number;
    readonly recipient: string;
    readonly keepsake?: string | null;
    readonly nonce?: string;
    readonly person?: string;
    readonly statement?: { bytes: string; signature: string };
    readonly grants: ReadonlyMap<string, string>;
    readonly identity?: Identity;
}

export interface DropCase {
    readonly id: string;
    readonly locator: string;
    readonly source: string;
    readonly generations: Generation[];
    readonly begun: Map<string, Begun>;
    readonly exhibits: Finished[];
    readonly replies: { reply: string; writer: string; generation: number; day: string; box: string | null; seen: boolean }[];
    readonly wishes: { wish: string; day: string; settled: string | null }[];
    opened: number | null;
    ledger: Newsroom;
}

interface Visit {
    readonly locator: string;
    readonly recipient: string;
    readonly begins: boolean;
}

class No extends Error {
    constructor(
        readonly status: number,
        readonly guard: string,
        readonly more: Obj = {},
    ) {
        super(guard);
    }
}

/** What happens to a request instead of its answer: it never came, or its answer never does, or it is answered so, though it may be `done`. */
export type Trouble = 'lost' | 'answer lost' | { status: number; guard: string; retryAfter?: number; done?: boolean };

const MOST = 16;

export class Dropbox {
    readonly cases: DropCase[] = [];
    readonly requests: string[] = [];
    /** Whether something is amiss with this request. */
    trouble: (method: string, path: string) => Trouble | undefined = () => undefined;
    /** What the server makes of an answer before it gives it out. */
    lie: (path: string, body: Record<string, unknown>) => unknown = (_, body) => body;
    closed = false;
    /** Bits of work that a session costs. */
    work = 0;
    /** How often whoever proves themselves is told to wait. */
    inLine = 0;
    readonly proofs: Record<string, unknown>[] = [];
    firstMessage = 0;
    limit = 20_000_000_000;
    segmentSize: number;
    /** Exhibits in one answer. */
    most = 100;
    /** How many exhibits were shown in all. */
    told = 0;
    private readonly challenges = new Map<string, Visit>();
    private readonly sessions = new Map<string, Visit>();

    constructor(public newsroom: Newsroom) {
        this.segmentSize = newsroom.segmentSize;
    }

    endSessions(): void {
        this.sessions.clear();
    }

    get only(): DropCase {
        const [found] = this.cases;
        if (found === undefined || this.cases.length > 1) {
            throw new Error(`${this.cases.length} cases`);
        }
        return found;
    }

    /** As whoever was granted the case's key. */
    async identityOf(found: DropCase, generation: number): Promise<Identity> {
        const made = found.generations[generation];
        const rosa = this.newsroom.named('Rosa');
        return openGrant(fromBase64(made?.grants.get(rosa.id) ?? ''), rosa.identity);
    }

    /** An exhibit as the desk opens it. */
    async open(found: DropCase, number: number): Promise<{ label: Label; bytes: Bytes }> {
        const exhibit = found.exhibits.find((it) => it.number === number);
        if (exhibit === undefined) {
            throw new Error(`no exhibit ${number}`);
        }
        const identity = await this.identityOf(found, exhibit.generation);
        const place = { origins: [...this.newsroom.closed(), this.newsroom].map((it) => it.origin), case: found.id, exhibit: exhibit.exhibit, generation: exhibit.generation };
        const label = readLabel(await openSmall(fromBase64(exhibit.label), identity), place);
        const segment = (n: number) => Promise.resolve(exhibit.segments[n]?.bytes ?? new Uint8Array(0));
        return { label, bytes: await collect(openContent(segment, label.segments, label, identity, this.segmentSize)) };
    }

    /** What waits gets its entries. */
    beat(): void {
        for (const found of this.cases) {
            if (found.opened === null) {
                const body = { recipient: recipientHash(found.generations[0]?.recipient ?? ''), source: recipientHash(found.source) };
                found.opened = this.newsroom.entries.length;
                found.ledger = this.newsroom;
                this.newsroom.append('case.opened', 'source', body, hex(random(32)), found.id);
            }
            for (const it of found.exhibits.filter((exhibit) => exhibit.index === null)) {
                const nonce = random(32);
                it.index = this.newsroom.entries.length;
                it.ledger = this.newsroom;
                const body = {
                    exhibit: hex(tagged('sigillo/exhibit/v1', nonce, fromHex(it.exhibit, 16))),
                    generation: it.generation,
                    content: it.content,
                    root: '00'.repeat(32),
                    size: it.size,
                    segments: it.segments.length,
                    label: hex(sha256(fromBase64(it.label))),
                };
                this.newsroom.append('exhibit.sealed', 'source', body, hex(nonce), found.id);
            }
        }
    }

    /** A reviewer opens the case: a key that they made. */
    async newGeneration(found: DropCase, who: Colleague): Promise<void> {
        const identity = await newIdentity();
        const generation = found.generations.length;
        const nonce = random(32);
        const { newsroom } = this;
        const body = { generation, recipient: recipientHash(identity.recipient) };
        const claims = {
            origin: newsroom.origin,
            kind: 'case.generation',
            subject: caseTag(nonce, found.id),
            round: 1,
            digest: bodyDigest(body),
            rules: 1,
            role: 'reviewer' as const,
            key: who.key,
            seen: { size: 1, root: hex(leafHash(newsroom.entries[0] ?? new Uint8Array(0))) },
            at: writeTime(newsroom.time),
        };
        const statement = signStatement(claims, who.seed);
        const grants = new Map([[who.id, base64(await sealGrant(identity, who.identity.recipient))]]);
        found.generations.push({
            ...{ generation, recipient: identity.recipient, nonce: hex(nonce), person: who.id, statement, grants, identity },
        });
    }

    /** A reviewer answers. */
    async answer(found: DropCase, who: Colleague, words: string): Promise<void> {
        const newest = found.generations.at(-1);
        const place = { case: found.id, reply: hex(random(16)), generation: newest?.generation ?? 0, writer: who.id };
        const box = await sealSmall(writeReply(place, this.newsroom.origin, words), found.source, newest?.recipient ?? '');
        found.replies.push({ ...place, day: '2026-11-25', box: base64(box), seen: false });
    }

    /** A case that was begun by the plain form: its key was made by the server. */
    async withoutScript(locator: string, source: string): Promise<DropCase> {
        const identity = await newIdentity();
        const grants = new Map<string, string>();
        for (const person of this.receivers()) {
            grants.set(person.id, base64(await sealGrant(identity, person.identity.recipient)));
        }
        return this.add(locator, source, { generation: 0, recipient: identity.recipient, keepsake: null, grants });
    }

    private add(locator: string, source: string, first: Generation): DropCase {
        const made: DropCase = {
            ...{ id: hex(random(16)), locator, source, generations: [first], begun: new Map<string, Begun>(), exhibits: [] },
            ...{ replies: [], wishes: [], opened: null, ledger: this.newsroom },
        };
        this.cases.push(made);
        return made;
    }

    private receivers(): Colleague[] {
        return this.newsroom.founders.filter((f) => f.roles.includes('reviewer'));
    }

    /** One request, with the cookie that it carries. */
    async handle(
        method: string,
        asked: string,
        headers: Readonly<Record<string, string>>,
        body: Bytes,
        cookie: string | undefined,
    ): Promise<{ answer: Answer; cookie?: string }> {
        const [path = ''] = asked.split('?');
        this.requests.push(`${method} ${path}`);
        const trouble = this.trouble(method, path);
        if (trouble === 'lost') {
            throw new Offline('lost');
        }
        if (typeof trouble === 'object') {
            if (trouble.done === true) {
                await this.answered(method, asked, headers, body, cookie);
            }
            return { answer: { status: trouble.status, retryAfter: trouble.retryAfter, body: { guard: trouble.guard } } };
        }
        const given = await this.answered(method, asked, headers, body, cookie);
        if (trouble === 'answer lost') {
            throw new Offline('answer lost');
        }
        return given;
    }

    private async answered(
        method: string,
        asked: string,
        headers: Readonly<Record<string, string>>,
        body: Bytes,
        cookie: string | undefined,
    ): Promise<{ answer: Answer; cookie?: string }> {
        const [path = ''] = asked.split('?');
        try {
            const meant = headers['sigillo-locator'];
            if (meant !== undefined && meant !== this.visit(cookie).locator) {
                refuse(401, 'session');
            }
            const put = /^\/api\/exhibits\/([0-9a-f]{32})\/segments\/([0-9]+)$/.exec(path);
            if (method === 'PUT' && put !== null) {
                const status = this.segment(this.mine(cookie), put[1] ?? '', Number(put[2]), headers, body);
                return { answer: { status, body: undefined } };
            }
            const json = (body.length === 0 ? {} : JSON.parse(fromUtf8(body))) as Record<string, unknown>;
            if (path === '/api/session/proof') {
                const visit = this.challenges.get(string(json['token'])) ?? refuse(401, 'session');
                this.proofs.push(json);
                if (this.inLine-- > 0) {
                    refuse(429, 'busy', { place: `place ${this.inLine}` });
                }
                const session = hex(random(16));
                this.sessions.set(session, visit);
                return { answer: { status: 204, body: undefined }, cookie: session };
            }
            const [status, answer] = await this.json(method, path, { ...json, from: Number(/from=(\d+)$/.exec(asked)?.[1] ?? 1) }, cookie);
            const shown = answer === undefined ? undefined : this.lie(path, structuredClone(answer) as Record<string, unknown>);
            return { answer: { status, body: shown } };
        } catch (error) {
            if (error instanceof No) {
                return { answer: { status: error.status, body: { guard: error.guard, detail: '', ...error.more } } };
            }
            throw error;
        }
    }

    private async json(
        method: string,
        path: string,
        ask: Record<string, unknown>,
        cookie: string | undefined,
    ): Promise<[number, unknown]> {
        const request = `${method} ${path}`;
        const [, from, to] = /^GET \/api\/intake\/consistency\/([0-9]+)\/([0-9]+)$/.exec(request) ?? [];
        if (from !== undefined) {
            const hashes = this.newsroom.entries.slice(0, Number(to)).map(leafHash);
            return [200, { proof: consistencyProof(Number(from), hashes).map(hex) }];
        }
        switch (request) {
            case 'GET /api/intake':
                return this.closed ? refuse(503, 'closed') : [200, this.intake()];
            case 'POST /api/session': {
                const recipient = string(ask['recipient']);
                const token = hex(random(16));
                this.challenges.set(token, { locator: string(ask['locator']), recipient, begins: ask['begin'] === true });
                return [200, { challenge: base64(await seal(utf8(token), recipient)), work: this.work }];
            }
            case 'DELETE /api/session':
                this.sessions.delete(cookie ?? '');
                return [204, undefined];
            case 'PUT /api/case':
                return this.beginCase(this.visit(cookie), ask);
        }
        const mine = this.mine(cookie);
        const [, kind = '', id = '', deed = ''] = /^\/api\/(exhibits|replies)\/([0-9a-f]{32})(?:\/([a-z]+))?$/.exec(path) ?? [];
        switch (`${method} ${kind === '' ? path : `${kind} ${deed}`}`.trim()) {
            case 'GET /api/case':
                return [200, this.shown(mine, Number(ask['from']))];
            case 'GET /api/case/opened':
                return [200, this.proof(mine.opened, mine.ledger)];
            case 'POST /api/exhibits':
                return this.begin(mine, ask);
            case 'POST exhibits finish':
                return this.finish(mine, id, ask);
            case 'DELETE exhibits':
                mine.begun.delete(id);
                return [204, undefined];
            case 'GET exhibits proof':
                return [200, this.proof(this.finished(mine, id).index, this.finished(mine, id).ledger)];
            case 'POST exhibits forget':
                this.finished(mine, id).stub = null;
                return [204, undefined];
            case 'POST /api/replies/seen':
                mine.replies.filter((it) => (ask['replies'] as string[]).includes(it.reply)).forEach((it) => (it.seen = true));
                return [204, undefined];
            case 'POST replies remove':
                mine.replies.filter((it) => it.reply === id).forEach((it) => (it.box = null));
                return [204, undefined];
            case 'POST /api/wishes':
                mine.wishes.push({ wish: string(ask['wish']), day: '2026-11-25', settled: null });
                return [204, undefined];
            default:
                return refuse(404, 'nothing');
        }
    }

    private intake(): Json {
        const { newsroom } = this;
        return {
            ...{ beat: 10, files: MOST, firstMessage: this.firstMessage, genesis: newsroom.genesis, instance: newsroom.instance },
            ...{ limit: this.limit, origin: newsroom.origin, people: newsroom.people() as unknown as Json },
            closed: newsroom.closed().map((it) => base64(it.entries[0] ?? new Uint8Array(0))),
            receivers: this.receivers().map((f) => ({ person: f.id, recipient: f.identity.recipient })),
        };
    }

    private visit(cookie: string | undefined): Visit {
        return this.sessions.get(cookie ?? '') ?? refuse(401, 'session');
    }

    private mine(cookie: string | undefined): DropCase {
        const { locator, recipient } = this.visit(cookie);
        return this.cases.find((it) => it.locator === locator && it.source === recipient) ?? refuse(404, 'no-case');
    }

    private beginCase(visit: Visit, ask: Record<string, unknown>): [number, unknown] {
        const known = this.cases.find((it) => it.locator === visit.locator);
        if (known !== undefined) {
            return [200, this.shown(known)];
        }
        const grants = ask['grants'] as { person: string; grant: string }[];
        const exact = grants.map((it) => it.person).sort().join() === this.receivers().map((it) => it.id).sort().join();
        if (!exact) {
            refuse(409, 'receivers');
        }
        if (!visit.begins || ask['source'] !== visit.recipient) {
            refuse(400, 'malformed');
        }
        const first = {
            generation: 0,
            recipient: string(ask['recipient']),
            keepsake: string(ask['keepsake']),
            grants: new Map(grants.map((it) => [it.person, it.grant])),
        };
        return [201, this.shown(this.add(visit.locator, visit.recipient, first))];
    }

    private shown(found: DropCase, from = 1): Json {
        const lines = found.generations.map(
            ({ generation, recipient, keepsake, nonce, person, statement }) =>
                ({
                    ...{ generation, recipient },
                    ...(generation === 0 ? { keepsake } : { nonce, person, statement }),
                }) as unknown as Json,
        );
        const exhibits = found.exhibits.slice(from - 1, from - 1 + this.most);
        this.told += exhibits.length;
        const used = [...found.begun.values()].map((it) => it.generation);
        return {
            ...{ case: found.id, origin: this.newsroom.origin, origins: [...this.newsroom.closed(), this.newsroom].map((it) => it.origin) },
            generation: lines.at(-1) ?? {},
            earlier: lines.slice(0, -1).filter((_, generation) => used.includes(generation)),
            exhibits: exhibits.map(
                ({ content, exhibit, generation, index, number, stub }) =>
                    ({ content, day: '2026-11-24', exhibit, generation, index, number, stub }) as unknown as Json,
            ),
            next: (from + this.most <= found.exhibits.length ? from + this.most : null) as unknown as Json,
            unfinished: [...found.begun.values()].map(({ segments, ...begun }) => ({
                ...begun,
                segments: [...segments.values()]
                    .sort((a, b) => a.number - b.number)
                    .map(({ mark, number, sha256 }) => ({ mark, number, sha256 })),
            })),
            replies: found.replies as unknown as Json,
            wishes: found.wishes as unknown as Json,
        };
    }

    private begin(mine: DropCase, ask: Record<string, unknown>): [number, unknown] {
        const exhibit = string(ask['exhibit']);
        const size = Number(ask['size']);
        const stub = string(ask['stub']);
        if (paddedSize(size) !== size || fromBase64(stub).length !== 5755) {
            refuse(400, 'malformed');
        }
        const known = mine.begun.get(exhibit);
        if (known !== undefined) {
            return known.stub === stub ? [200, undefined] : refuse(409, 'taken');
        }
        const generation = Number(ask['generation']);
        if (generation !== mine.generations.length - 1) {
            refuse(409, 'generation');
        }
        if (mine.begun.size >= MOST) {
            refuse(409, 'unfinished');
        }
        mine.begun.set(exhibit, { exhibit, generation, size, stub, segments: new Map() });
        return [201, undefined];
    }

    private segment(mine: DropCase, exhibit: string, number: number, headers: Readonly<Record<string, string>>, bytes: Bytes): number {
        const begun = mine.begun.get(exhibit) ?? refuse(404, 'no-exhibit');
        const [, digest = ''] = /^sha-256=:(.+):$/.exec(headers['content-digest'] ?? '') ?? [];
        const [, mark = ''] = /^:(.+):$/.exec(headers['sigillo-mark'] ?? '') ?? [];
        const found = createHash('sha256').update(bytes).digest('hex');
        const cut = Math.min(this.segmentSize, begun.size - number * this.segmentSize);
        if (cut <= 0 || bytes.length !== sealedSize(cut) || fromBase64(mark).length !== 32) {
            refuse(400, 'malformed');
        }
        if (hex(fromBase64(digest)) !== found) {
            refuse(400, 'digest');
        }
        const there = begun.segments.get(number);
        if (there !== undefined) {
            return there.sha256 === found ? 204 : refuse(409, 'taken');
        }
        begun.segments.set(number, { mark: hex(fromBase64(mark)), number, sha256: found, bytes: bytes.slice() });
        return 201;
    }

    private finish(mine: DropCase, exhibit: string, ask: Record<string, unknown>): [number, unknown] {
        const content = string(ask['content']);
        const before = mine.exhibits.find((it) => it.exhibit === exhibit);
        if (before !== undefined) {
            return before.content === content ? [200, { number: before.number }] : refuse(409, 'taken');
        }
        const begun = mine.begun.get(exhibit) ?? refuse(404, 'no-exhibit');
        const count = Math.ceil(begun.size / this.segmentSize);
        const missing = Array.from({ length: count }, (_, n) => n).filter((n) => !begun.segments.has(n));
        if (missing.length > 0) {
            refuse(409, 'missing', { missing });
        }
        const number = mine.exhibits.length + 1;
        const segments = Array.from({ length: count }, (_, n) => begun.segments.get(n) ?? refuse(409, 'missing'));
        const sealed = { label: string(ask['label']), stub: string(ask['stub']) };
        mine.exhibits.push({ ...{ exhibit, generation: begun.generation, number, content, size: begun.size, segments }, ...sealed, index: null, ledger: this.newsroom });
        mine.begun.delete(exhibit);
        return [201, { number }];
    }

    private finished(mine: DropCase, exhibit: string): Finished {
        return mine.exhibits.find((it) => it.exhibit === exhibit) ?? refuse(404, 'no-exhibit');
    }

    proof(index: number | null, ledger = this.newsroom): Json {
        if (index === null) {
            return refuse(404, 'not-yet');
        }
        const { entries } = ledger;
        const hashes = entries.map(leafHash);
        const proof = inclusionProof(index, hashes).map(hex);
        return { checkpoint: ledger.checkpoint(), entry: base64(entries[index] ?? new Uint8Array(0)), index, proof };
    }
}

function refuse(status: number, guard: string, more: Obj = {}): never {
    throw new No(status, guard, more);
}

function string(value: unknown): string {
    return typeof value === 'string' ? value : refuse(400, 'malformed');
}

/** A browser's only place for a session. */
export interface Jar {
    cookie?: string | undefined;
}

/** A tab's line to it: by itself one of a browser of its own. */
export function lineTo(dropbox: Dropbox, jar: Jar = {}): Transport {
    const ask = async (method: string, path: string, headers: Readonly<Record<string, string>>, body: Bytes) => {
        const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
        const given = await dropbox.handle(method, path, lower, body, jar.cookie);
        jar.cookie = given.cookie ?? jar.cookie;
        return given.answer;
    };
    return {
        ask: (method, path, body, headers = {}) =>
            ask(method, path, headers, body === undefined ? new Uint8Array(0) : utf8(JSON.stringify(body))),
        async put(path, bytes, headers, on) {
            on.sent(bytes.length / 2);
            if (on.signal.aborted) {
                throw new Offline('stopped');
            }
            const answer = await ask('PUT', path, headers, bytes);
            on.sent(bytes.length);
            return answer;
        },
    };
}
