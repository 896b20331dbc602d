// The sources' API (docs/spec/drop-api.md), as the Worker speaks it. What it answers is believed only where it is traced.
import type { LedgerPeople } from '../formats/trust';
import type { Json } from '../formats/canonical';

export interface Receiver {
    readonly person: string;
    readonly recipient: string;
}

/** `GET /api/intake`. */
export interface Intake {
    readonly beat: number;
    /** Base64 of entry 0 of each ledger that was closed before, the oldest first. */
    readonly closed: readonly string[];
    readonly files: number;
    readonly firstMessage: number;
    readonly genesis: string;
    readonly instance: string;
    readonly limit: number;
    readonly origin: string;
    readonly people: LedgerPeople;
    readonly receivers: readonly Receiver[];
}

/** A generation of the case's key, and whence it is. */
export interface Generation {
    readonly generation: number;
    readonly recipient: string;
    /** Of generation 0: null where the case was begun without script. */
    readonly keepsake?: string | null;
    readonly nonce?: string;
    readonly person?: string;
    readonly statement?: { readonly bytes: string; readonly signature: string };
}

export interface SegmentLine {
    readonly mark: string;
    readonly number: number;
    readonly sha256: string;
}

export interface UnfinishedLine {
    readonly exhibit: string;
    readonly generation: number;
    readonly segments: readonly SegmentLine[];
    readonly size: number;
    readonly stub: string;
}

export interface ExhibitLine {
    readonly content: string;
    readonly day: string;
    readonly exhibit: string;
    readonly generation: number;
    readonly index: number | null;
    readonly number: number;
    readonly stub: string | null;
}

export interface ReplyLine {
    readonly box: string | null;
    readonly day: string;
    readonly generation: number;
    readonly reply: string;
    readonly seen: boolean;
    readonly writer: string;
}

export type WishWord = 'no-publication' | 'deletion';

export interface WishLine {
    readonly day: string;
    readonly settled: string | null;
    readonly wish: WishWord;
}

/** `GET /api/case`. */
export interface CaseAnswer {
    readonly case: string;
    readonly exhibits: readonly ExhibitLine[];
    /** Where the next answer begins, unless these were the last exhibits. */
    readonly next?: number | null;
    readonly generation: Generation;
    /** Those of unfinished exhibits that are not the newest. */
    readonly earlier?: readonly Generation[];
    readonly origin: string;
    readonly origins: readonly string[];
    readonly replies: readonly ReplyLine[];
    readonly unfinished: readonly UnfinishedLine[];
    readonly wishes: readonly WishLine[];
}

/** An entry, and that it is in a signed tree. */
export interface Proof {
    readonly checkpoint: string;
    readonly entry: string;
    readonly index: number;
    readonly proof: readonly string[];
}

/** What came back, whatever it says. */
export interface Answer {
    readonly status: number;
    /** Seconds, if the server said so. */
    readonly retryAfter?: number | undefined;
    readonly body: unknown;
}

/** How requests travel: fetch in the Worker, a fake in tests. Fails with [Offline] when no answer came. */
export interface Transport {
    ask(method: string, path: string, body?: Json, headers?: Readonly<Record<string, string>>): Promise<Answer>;
    put(path: string, bytes: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>, on: Watched): Promise<Answer>;
}

export interface Watched {
    /** So many bytes have left so far. */
    sent(bytes: number): void;
    readonly signal: AbortSignal;
}

/** No answer came: the network, the circuit, or the server is gone. */
export class Offline extends Error {
    override name = 'Offline';
}

/** A newer key, or an exhibit that the server has given up meanwhile: it is begun once more, from its beginning. */
export const ANEW: ReadonlySet<string> = new Set(['generation', 'no-exhibit']);

/** The server's refusal, by its guard. */
export class Refused extends Error {
    override name = 'Refused';

    constructor(
        readonly status: number,
        readonly guard: string,
        detail: string,
        readonly retryAfter: number | undefined,
        /** Numbers of segments that are not there. */
        readonly missing: readonly number[],
        /** In a line, to bring again. */
        readonly place: string | undefined,
    ) {
        super(`${status} ${guard} ${detail}`.trim());
    }
}

/** The body of a good answer; throws what a bad one says. */
export function good(answer: Answer): unknown {
    if (answer.status >= 200 && answer.status < 300) {
        return answer.body;
    }
    const problem = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as Record<string, unknown>;
    const word = (name: string) => (typeof problem[name] === 'string' ? problem[name] : '');
    const missing = Array.isArray(problem['missing']) ? problem['missing'].filter((n) => Number.isSafeInteger(n)) : [];
    throw new Refused(answer.status, word('guard'), word('detail'), answer.retryAfter, missing as number[], word('place') || undefined);
}

/** How long nothing may move before the connection counts as lost. */
const STALLED = 120_000;

function seconds(text: string | null): number | undefined {
    return text !== null && /^[0-9]{1,5}$/.test(text) ? Number(text) : undefined;
}

function read(text: string): unknown {
    try {
        return text === '' ? undefined : JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Over the Worker's own connections. */
export const network: Transport = {
    async ask(method, path, body, headers) {
        try {
            const response = await fetch(path, {
                method,
                cache: 'no-store',
                redirect: 'error',
                signal: AbortSignal.timeout(STALLED),
                headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
            const text = await response.text();
            return { status: response.status, retryAfter: seconds(response.headers.get('Retry-After')), body: read(text) };
        } catch (error) {
            throw new Offline(String(error));
        }
    },

    // Not by fetch, which tells nobody how much has left.
    put(path, bytes, headers, on) {
        return new Promise((resolve, reject) => {
            const request = new XMLHttpRequest();
            let timer = 0;
            const gone = (why: string) => {
                clearTimeout(timer);
                on.signal.removeEventListener('abort', abort);
                reject(new Offline(why));
            };
            const abort = () => request.abort();
            const moves = () => {
                clearTimeout(timer);
                timer = self.setTimeout(abort, STALLED);
            };
            request.open('PUT', path);
            request.setRequestHeader('Content-Type', 'application/octet-stream');
            Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
            request.upload.onprogress = (event) => {
                moves();
                on.sent(event.loaded);
            };
            request.onerror = () => gone('no answer');
            request.onabort = () => gone('stopped');
            request.onload = () => {
                clearTimeout(timer);
                on.signal.removeEventListener('abort', abort);
                const retryAfter = seconds(request.getResponseHeader('Retry-After'));
                resolve({ status: request.status, retryAfter, body: read(request.responseText) });
            };
            on.signal.addEventListener('abort', abort);
            moves();
            request.send(bytes);
            if (on.signal.aborted) {
                abort();
            }
        });
    },
};
