// Who counts, in which role, by which key: what follows from the genesis when the statements after it are followed
// in order (docs/spec/ledger.md §4). The server says the same of itself; the desk believes only this page.
import { BrokenEvidence, Malformed, fromBase64, fromHex, hex, sha256 } from './bytes';
import { type Obj, encode, hashText, idText, number, object, objects, only, text, texts, without } from './canonical';
import { type Entry, fingerprint, parseEntry } from './entry';
import { type Checkpoint, type Verifier, openCheckpoint, parseVerifier } from './note';
import { EMPTY, demand, included, leafHash } from './merkle';
import { type Role, bodyDigest, parseRole, parseStatement, signatureHolds, time } from './statement';

export interface Rules {
    readonly version: number;
    readonly beat: number;
    readonly k: number;
    readonly minimumKeyAge: number;
    readonly quorum: number;
}

export interface Person {
    readonly id: string;
    readonly key: string;
    /** SHA-256 of the recipient's text. */
    readonly recipient: string;
    readonly fingerprint: string;
    readonly founder: boolean;
    account: string | undefined;
    /** The roles this person was given by enough people, and from when on, in milliseconds. */
    readonly since: Map<Role, number>;
    readonly confirmedBy: Set<string>;
    readonly givenBy: Map<Role, Set<string>>;
}

/** What `GET /api/ledger/people` answers. */
export interface LedgerPeople {
    readonly checkpoint: string;
    readonly entries: readonly { readonly index: number; readonly bytes: string; readonly proof: readonly string[] }[];
}

const AHEAD = 120_000;
const BEHIND = 86_400_000;
const NO_ENTRY = '0'.repeat(64);

/** Follows the ledger from the pinned genesis; throws if anything in it does not hold. */
export function follow(pinnedGenesis: string, people: LedgerPeople): Trust {
    const [first, ...rest] = people.entries;
    if (first?.index !== 0) {
        throw new Malformed('the ledger begins with entry 0');
    }
    const bytes = fromBase64(first.bytes);
    const hash = hex(leafHash(bytes));
    if (hash !== pinnedGenesis) {
        throw new BrokenEvidence('the genesis', pinnedGenesis, hash);
    }
    const trust = new Trust(hash, parseEntry(bytes));
    const checkpoint = openCheckpoint(people.checkpoint, trust.origin, trust.verifiers);
    const include = (index: number, entry: Uint8Array, proof: readonly string[]) => {
        const path = proof.map((p) => fromHex(p, 32));
        demand(
            included(index, checkpoint.size, leafHash(entry), path, checkpoint.root),
            `entry ${index}`,
            checkpoint.root,
        );
    };
    include(0, bytes, first.proof);
    let last = 0;
    for (const { index, bytes: encoded, proof } of rest) {
        if (index <= last) {
            throw new Malformed('entries stand in their order');
        }
        last = index;
        const next = fromBase64(encoded);
        include(index, next, proof);
        trust.add(parseEntry(next), index);
    }
    trust.checkpoint = checkpoint;
    return trust;
}

/** A ledger that was closed, as its last checkpoint was. */
export interface Closed extends Checkpoint {
    readonly genesis: string;
}

function closedTree(closed: Obj): Closed {
    only(closed, 'origin', 'genesis', 'size', 'root');
    const [genesis, root] = [hashText(closed, 'genesis'), fromHex(hashText(closed, 'root'), 32)];
    return { origin: text(closed, 'origin'), genesis, size: number(closed, 'size'), root };
}

export class Trust {
    readonly origin: string;
    /** Of the ledgers that were closed before this one, and its own. */
    readonly origins: readonly string[];
    /** Those that were closed, the oldest first. */
    readonly before: readonly Closed[];
    readonly instance: string;
    /** The rules in force. */
    rules: Rules;
    readonly verifiers: readonly Verifier[];
    checkpoint: Checkpoint = { origin: '', size: 0, root: EMPTY };
    private readonly known = new Map<string, Person>();
    private readonly said = new Set<string>();
    /** Who signed for which rules to come next, by their canonical text. */
    private readonly asked = new Map<string, { readonly rules: Rules; readonly signers: Set<string> }>();

    constructor(
        /** The leaf hash of entry 0. */
        readonly genesis: string,
        entry: Entry,
    ) {
        const first = !('before' in entry.body);
        const body = only(entry.body, 'origin', 'instance', 'keys', 'rules', 'people', ...(first ? [] : ['before']));
        if (entry.n !== 0 || entry.prev !== NO_ENTRY || entry.type !== 'log.opened' || entry.actor !== undefined) {
            throw new BrokenEvidence('entry 0', 'log.opened', entry.type);
        }
        this.origin = text(body, 'origin');
        this.before = first ? [] : objects(body, 'before').map(closedTree);
        this.origins = [...this.before.map((it) => it.origin), this.origin];
        this.instance = hashText(body, 'instance');
        this.rules = parseRules(object(body, 'rules'));
        this.verifiers = texts(body, 'keys').flatMap((vkey) => parseVerifier(vkey) ?? []);
        const founders = objects(body, 'people');
        const digest = hex(sha256(encode({ ...body, people: founders.map((f) => without(f, 'statement')) })));
        for (const founder of founders) {
            this.found(founder, digest, entry.at);
        }
    }

    /** The tree that an entry of this ledger, or of one that was closed before it, must be in. */
    tree(origin: string): Checkpoint {
        const found = [...this.before, this.checkpoint].find((it) => it.origin === origin);
        if (found === undefined) {
            throw new BrokenEvidence('the ledger', this.origins.join(' or '), origin);
        }
        return found;
    }

    person(id: string): Person | undefined {
        return this.known.get(id);
    }

    people(): Person[] {
        return [...this.known.values()];
    }

    /** The roles that count; an administrator has no other. */
    roles(id: string): Role[] {
        const since = this.known.get(id)?.since;
        return since === undefined ? [] : since.has('administrator') ? ['administrator'] : [...since.keys()];
    }

    counts(id: string, role: Role): boolean {
        return this.roles(id).includes(role);
    }

    /** Whether this person may confirm and decide in this role now: has counted for as long as the rules ask. */
    maySign(id: string, role: Role, at: number): boolean {
        const since = this.known.get(id)?.since.get(role);
        return since !== undefined && this.counts(id, role) && since + this.rules.minimumKeyAge * 1000 <= at;
    }

    /** Everybody who counts in a role. */
    counting(role: Role): Person[] {
        return this.people().filter((p) => this.counts(p.id, role));
    }

    /** Rules that were signed for and are not in force yet, and by whom. */
    askedRules(): { readonly rules: Rules; readonly signers: string[] }[] {
        return [...this.asked.values()].map(({ rules, signers }) => ({ rules, signers: [...signers] }));
    }

    private found(founder: Obj, digest: string, at: number): void {
        only(founder, 'person', 'key', 'recipient', 'roles', 'statement');
        const id = idText(founder, 'person');
        const key = hashText(founder, 'key');
        const recipient = hashText(founder, 'recipient');
        const roles = texts(founder, 'roles').map(parseRole);
        const where = `entry 0, statement of ${id}`;
        const statement = parseStatement(object(founder, 'statement'));
        const { claims } = statement;
        agree(`${where}, origin`, this.origin, claims.origin);
        agree(`${where}, kind`, 'log.opened', claims.kind);
        agree(`${where}, subject`, this.instance, claims.subject);
        agree(`${where}, digest`, digest, claims.digest);
        agree(`${where}, key`, key, claims.key);
        agree(`${where}, seen`, `0 ${hex(EMPTY)}`, `${claims.seen.size} ${claims.seen.root}`);
        if (!signatureHolds(statement)) {
            throw new BrokenEvidence(where, 'a signature by its key', 'one that does not hold');
        }
        if (roles.length === 0 || (roles.includes('administrator') && roles.length > 1)) {
            throw new Malformed('an administrator holds no other role');
        }
        if (this.known.has(id) || this.keyKnown(key)) {
            throw new Malformed('a person or key stands twice in the genesis');
        }
        this.known.set(id, newPerson(id, key, recipient, true, undefined, new Map(roles.map((role) => [role, at]))));
    }

    /** Takes the next entry about people; throws if it does not hold. */
    add(entry: Entry, index: number): void {
        const where = `entry ${index}`;
        const { body, actor } = entry;
        if (entry.n !== index) {
            throw new BrokenEvidence(where, `n of ${index}`, String(entry.n));
        }
        if (actor === undefined || actor === 'source' || actor === 'server') {
            throw new BrokenEvidence(where, 'a person acting', actor ?? 'nobody');
        }
        if (entry.type === 'rules.changed') {
            this.ruled(entry, actor, index);
            return;
        }
        const id = idText(body, 'person');
        switch (entry.type) {
            case 'person.enrolled': {
                only(body, 'person', 'key', 'recipient', 'account', 'statement');
                const key = hashText(body, 'key');
                agree(`${where}, actor`, id, actor);
                if (this.known.has(id) || this.keyKnown(key)) {
                    throw new BrokenEvidence(where, 'a new person and key', 'known ones');
                }
                const recipient = hashText(body, 'recipient');
                this.known.set(id, newPerson(id, key, recipient, false, hashText(body, 'account'), new Map()));
                this.signed(entry, index, undefined);
                return;
            }
            case 'person.account': {
                only(body, 'person', 'account', 'statement');
                const person = this.mustKnow(id, where);
                agree(`${where}, actor`, id, actor);
                if (person.account !== undefined) {
                    throw new BrokenEvidence(where, "a founder's first account", 'another');
                }
                this.signed(entry, index, undefined);
                person.account = hashText(body, 'account');
                return;
            }
            case 'person.confirmed': {
                only(body, 'person', 'fingerprint', 'statement');
                const person = this.about(entry, id, where);
                this.signed(entry, index, 'any');
                person.confirmedBy.add(actor);
                this.settle(person, entry.at);
                return;
            }
            case 'person.role-given': {
                only(body, 'person', 'fingerprint', 'role', 'statement');
                const person = this.about(entry, id, where);
                const role = parseRole(text(body, 'role'));
                this.signed(entry, index, 'any', role);
                person.givenBy.set(role, new Set([...(person.givenBy.get(role) ?? []), actor]));
                this.settle(person, entry.at);
                return;
            }
            default:
                throw new Malformed(`not an entry about people: ${entry.type}`);
        }
    }

    /** New rules hold once two have signed for the same ones. */
    private ruled(entry: Entry, actor: string, index: number): void {
        const body = only(entry.body, 'rules', 'statement');
        const next = parseRules(object(body, 'rules'));
        agree(`entry ${index}, version`, String(this.rules.version + 1), String(next.version));
        this.signed(entry, index, 'any', undefined, { subject: this.instance, round: next.version });
        const key = hex(encode(object(body, 'rules')));
        const signers = new Set([...(this.asked.get(key)?.signers ?? []), actor]);
        this.asked.set(key, { rules: next, signers });
        if (this.enough(signers)) {
            this.rules = next;
            this.asked.clear();
        }
    }

    private about(entry: Entry, id: string, where: string): Person {
        const person = this.mustKnow(id, where);
        agree(`${where}, fingerprint`, person.fingerprint, hashText(entry.body, 'fingerprint'));
        if (entry.actor === id) {
            throw new BrokenEvidence(where, "another person's statement", 'their own');
        }
        return person;
    }

    private signed(
        entry: Entry,
        index: number,
        needs: 'any' | undefined,
        given?: Role,
        about?: { subject: string; round: number },
    ): void {
        const where = `entry ${index}`;
        const statement = parseStatement(object(entry.body, 'statement'));
        const { claims } = statement;
        const actor = entry.actor ?? '';
        const signer = this.mustKnow(actor, where);
        agree(`${where}, origin`, this.origin, claims.origin);
        agree(`${where}, kind`, entry.type, claims.kind);
        agree(`${where}, subject`, about?.subject ?? idText(entry.body, 'person'), claims.subject);
        agree(`${where}, round`, String(about?.round ?? 1), String(claims.round));
        agree(`${where}, decision`, '', claims.decision ?? '');
        agree(`${where}, given`, given ?? '', claims.given ?? '');
        agree(`${where}, digest`, bodyDigest(entry.body), claims.digest);
        agree(`${where}, rules`, String(this.rules.version), String(claims.rules));
        agree(`${where}, key`, signer.key, claims.key);
        if (claims.seen.size > index) {
            throw new BrokenEvidence(`${where}, seen`, `at most ${index}`, String(claims.seen.size));
        }
        const at = time(claims.at);
        if (at > entry.at + AHEAD || at < entry.at - BEHIND) {
            throw new BrokenEvidence(`${where}, at`, "a time near the entry's", claims.at);
        }
        if (needs === 'any' && (claims.role === undefined || !this.maySign(actor, claims.role, entry.at))) {
            throw new BrokenEvidence(`${where}, role`, `${actor} counts as ${claims.role ?? 'anything'}`, 'does not');
        }
        if (!signatureHolds(statement)) {
            throw new BrokenEvidence(where, `a signature by ${actor}`, 'one that does not hold');
        }
        const once = [claims.key, claims.kind, claims.subject, claims.given ?? '', claims.round].join(' ');
        if (this.said.has(once)) {
            throw new BrokenEvidence(where, 'one statement a key, kind, subject and round', 'a second');
        }
        this.said.add(once);
    }

    /** Two others for the keys and two others for a role, neither pair both administrators. */
    private settle(person: Person, at: number): void {
        if (!this.enough(person.confirmedBy)) {
            return;
        }
        for (const [role, by] of person.givenBy) {
            if (this.enough(by) && !person.since.has(role)) {
                person.since.set(role, at);
            }
        }
    }

    private enough(signers: Set<string>): boolean {
        return signers.size >= 2 && ![...signers].every((s) => this.counts(s, 'administrator'));
    }

    private keyKnown(key: string): boolean {
        return this.people().some((p) => p.key === key);
    }

    private mustKnow(id: string, where: string): Person {
        const person = this.known.get(id);
        if (person === undefined) {
            throw new BrokenEvidence(where, 'a known person', id);
        }
        return person;
    }
}

function newPerson(
    id: string,
    key: string,
    recipient: string,
    founder: boolean,
    account: string | undefined,
    since: Map<Role, number>,
): Person {
    const print = fingerprint(key, recipient);
    const by = { confirmedBy: new Set<string>(), givenBy: new Map<Role, Set<string>>() };
    return { id, key, recipient, fingerprint: print, founder, account, since, ...by };
}

function parseRules(json: Obj): Rules {
    only(json, 'version', 'beat', 'k', 'minimumKeyAge', 'quorum');
    const rules = {
        version: number(json, 'version'),
        beat: number(json, 'beat'),
        k: number(json, 'k'),
        minimumKeyAge: number(json, 'minimumKeyAge'),
        quorum: number(json, 'quorum'),
    };
    const bounded =
        rules.version >= 1 &&
        within(0, rules.beat, 604_800) &&
        within(1, rules.k, 65_536) &&
        within(0, rules.minimumKeyAge, 31_536_000) &&
        within(2, rules.quorum, 100);
    if (!bounded) {
        throw new Malformed('rules are out of bounds');
    }
    return rules;
}

function agree(where: string, expected: string, found: string): void {
    if (expected !== found) {
        throw new BrokenEvidence(where, expected === '' ? 'nothing' : expected, found === '' ? 'nothing' : found);
    }
}

function within(least: number, value: number, most: number): boolean {
    return value >= least && value <= most;
}
