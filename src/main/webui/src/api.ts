// The desk's API (docs/spec/desk-api.md), as the page sees it. What it says is a hint until the ledger proves it.
import type { LedgerPeople, Rules } from './formats/trust';
import type { Role, Statement } from './formats/statement';

/** A refusal, in the API's own words: they say what to do. */
export class Problem extends Error {
    override name: 'Problem' | 'SignedOut';

    constructor(
        readonly status: number,
        readonly title: string,
        readonly detail: string,
        readonly guard: string | undefined,
    ) {
        super([detail, title, `HTTP ${status}`].find((words) => words !== ''));
        this.name = status === 401 ? 'SignedOut' : 'Problem';
    }
}

export interface Signed {
    readonly nonce: string;
    readonly statement: Statement;
}

export interface Me {
    readonly subject: string;
    readonly name: string;
    readonly keycloakRoles: readonly string[];
    readonly person: string | null;
    readonly roles: readonly Role[];
    readonly account: 'none' | 'known';
    readonly origin: string;
    readonly instance: string;
    readonly genesis: string;
    readonly keys: readonly string[];
    readonly rules: Rules;
    readonly newsstand: string;
    readonly demo: boolean;
}

export interface Listed {
    readonly person: string;
    readonly name: string;
    readonly key: string;
    readonly recipient: string;
    readonly fingerprint: string;
    readonly roles: readonly Role[];
    readonly asked: readonly Role[];
    readonly confirmedBy: readonly string[];
    readonly roleGivenBy: Readonly<Record<string, readonly string[]>>;
    readonly inGenesis: boolean;
}

/** What a source may take back. */
export type WishWord = 'no-publication' | 'deletion';

export interface WishLine {
    readonly wish: WishWord;
    readonly day: string;
    /** The day on which a reviewer had seen to it. */
    readonly settled: string | null;
}

export interface CaseLine {
    readonly case: string;
    readonly day: string;
    readonly exhibits: number;
    readonly generation: number;
    readonly mine: readonly number[];
    /** Of its source, to which no reviewer has seen yet. */
    readonly wishes: readonly WishWord[];
}

export interface SegmentLine {
    readonly number: number;
    readonly size: number;
    readonly sha256: string;
}

export interface ExhibitLine {
    readonly exhibit: string;
    readonly number: number;
    readonly day: string;
    readonly generation: number;
    readonly label: string;
    readonly size: number;
    readonly segments: readonly SegmentLine[];
    /** Numbers of segments that the vault has lost or altered, or no longer gives back. */
    readonly damaged: readonly number[];
    readonly index: number | null;
}

export interface ReplyLine {
    readonly reply: string;
    readonly writer: string;
    readonly day: string;
    readonly generation: number;
    /** None once its source has removed it. */
    readonly box: string | null;
}

/** The entry by which a case began. */
export interface OpenedEntry {
    readonly origin: string;
    readonly size: number;
    readonly index: number;
    readonly bytes: string;
    readonly proof: readonly string[];
}

export interface CaseAnswer {
    readonly case: string;
    /** The source's own recipient; the ledger has its hash. */
    readonly source: string;
    readonly generations: readonly {
        readonly generation: number;
        readonly recipient: string;
        readonly holders: readonly string[];
    }[];
    readonly grants: readonly { readonly generation: number; readonly grant: string }[];
    readonly exhibits: readonly ExhibitLine[];
    /** Where the exhibits go on, if these are not all. */
    readonly next: number | null;
    readonly replies: readonly ReplyLine[];
    readonly wishes: readonly WishLine[];
    /** The day on which a reviewer took it up. */
    readonly takenUp: string | null;
}

export interface VaultState {
    readonly protection: 'object-lock' | 'file-modes' | 'none';
    readonly damaged: number;
    readonly settled: { readonly ended: string; readonly settled: number; readonly waiting: number; readonly broken: number; readonly unkept: number } | null;
    readonly scrubbed: { readonly begun: string; readonly ended: string | null; readonly objects: number; readonly damaged: number; readonly unread: number } | null;
    readonly overdue: boolean;
}

export interface ReleaseLine {
    readonly release: string;
    readonly state: string;
    readonly round: number;
    readonly proposer: string;
    readonly items: number;
    readonly manifest: string;
    readonly proposedAt: string;
}

export interface ReleaseAnswer extends ReleaseLine {
    readonly recipient: string;
    readonly segments: readonly SegmentLine[];
    readonly grant: string | null;
    readonly votes: readonly { readonly person: string; readonly decision: string; readonly at: string }[];
    readonly quorum: number;
}

export interface Health {
    /** What cannot be read is not there. */
    readonly ledger: {
        readonly size?: number;
        readonly root?: string;
        readonly checkedAt?: string;
        readonly checkedSize?: number;
        readonly waiting?: number;
        readonly beats?: number;
        readonly guarded?: boolean;
        readonly witnesses?: Readonly<Record<string, string>>;
        readonly unwitnessedSince?: string;
        readonly unstampedSince?: Readonly<Record<string, string>>;
        readonly rules?: Rules;
    };
    /** What becomes of newcomers at the sources' door; of `room`, of everybody. */
    readonly intake: {
        readonly cases: number;
        readonly quota: number;
        readonly state: 'free' | 'slowed' | 'full' | 'room' | 'refused';
    };
    readonly evidence: string;
    readonly detail: string;
}

interface Init {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
}

export async function failed(response: Response): Promise<Problem> {
    // The server sends whoever is signed out on to the sign-in, or answers 499 where a program asked (Quarkus's word).
    if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 499) {
        return new Problem(401, '', '', undefined);
    }
    try {
        const { title, detail, guard } = (await response.json()) as Partial<Record<string, string>>;
        return new Problem(response.status, title ?? '', detail ?? '', guard);
    } catch {
        return new Problem(response.status, response.statusText, '', undefined);
    }
}

/** So that the server answers a program, rather than sending it to a page for people. */
export const BY_PROGRAM = { 'X-Requested-With': 'JavaScript' } as const;

export class Api {
    constructor(private readonly send: typeof fetch = (...ask) => fetch(...ask)) {}

    me = () => this.get<Me>('/api/me');
    ledgerPeople = () => this.get<LedgerPeople>('/api/ledger/people');
    /** Who never signed in has no name yet: the id's first digits stand for it. */
    people = async () =>
        (await this.get<{ people: Listed[] }>('/api/people')).people.map((it) => ({
            ...it,
            name: it.name === '' ? it.person.slice(0, 8) : it.name,
        }));
    cases = async () => (await this.get<{ cases: CaseLine[] }>('/api/cases')).cases;
    /** With some of its exhibits, from this number on. */
    casePart = (id: string, from = 1) => this.get<CaseAnswer>(from === 1 ? `/api/cases/${id}` : `/api/cases/${id}?from=${from}`);
    /** With all of its exhibits. */
    case = async (id: string) => {
        let answer = await this.casePart(id);
        const exhibits = [...answer.exhibits];
        while (answer.next !== null) {
            answer = await this.casePart(id, answer.next);
            exhibits.push(...answer.exhibits);
        }
        return { ...answer, exhibits };
    };
    opened = (id: string, size: number) => this.get<OpenedEntry>(`/api/cases/${id}/opened?size=${size}`);
    releases = async () => (await this.get<{ releases: ReleaseLine[] }>('/api/releases')).releases;
    release = (id: string) => this.get<ReleaseAnswer>(`/api/releases/${id}`);
    progress = (id: string) => this.get<{ state: string; page: string | null }>(`/api/releases/${id}/progress`);
    health = () => this.get<Health>('/api/health');
    vault = () => this.get<VaultState>('/api/vault');
    takeUp = (id: string) => this.post(`/api/cases/${id}/take-up`, {});
    settleWish = (id: string, wish: WishWord) => this.post(`/api/cases/${id}/wishes/${wish}/settle`, {});
    checkHealth = () => this.post('/api/health/check', {}) as Promise<Health>;

    async consistency(from: number, to: number): Promise<readonly string[]> {
        return (await this.get<{ proof: string[] }>(`/api/ledger/consistency?from=${from}&to=${to}`)).proof;
    }

    async get<T>(path: string): Promise<T> {
        return (await this.ask(path, { headers: { Accept: 'application/json' } })) as T;
    }

    async post(path: string, body: object): Promise<unknown> {
        const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
        return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
    }

    private async ask(path: string, init: Init): Promise<unknown> {
        const response = await this.send(path, {
            ...init,
            headers: { ...init.headers, ...BY_PROGRAM },
            redirect: 'manual',
            cache: 'no-store',
        });
        if (!response.ok) {
            throw await failed(response);
        }
        const text = await response.text();
        return text === '' ? undefined : JSON.parse(text);
    }
}
