// Checks a receipt, and a file against it (docs/spec/ledger.md §7), from what the page has and nothing else: nothing is asked of
// anybody. What it finds is told in the order in which it is looked at, so that a page can say where it does not hold.
import { BrokenEvidence, type Bytes, Malformed, fromBase64, fromHex, hex, utf8 } from '../formats/bytes';
import { hashText } from '../formats/canonical';
import { closedLedger } from '../formats/closed';
import { type Entry, caseTag, exhibitTag, parseEntry } from '../formats/entry';
import { included, leafHash } from '../formats/merkle';
import { type Checkpoint, openCheckpoint } from '../formats/note';
import { OtherProof, type Receipt, isProof, parseReceipt } from '../formats/receipt';
import { Trust } from '../formats/trust';
import { open } from '../sealed/age';
import { AGE } from '../sealed/header';
import { contentHash } from './boxes';
import { derive } from './codename';
import { Sha256 } from './hash';
import { COUNT, parse, typedWords } from './words';

/** The newsroom's ledger, by its entry 0, and those that were closed before it. */
export interface Ledgers {
    readonly genesis: string;
    readonly instance: string;
    /** Base64 of entry 0. */
    readonly entry: string;
    readonly closed: readonly string[];
}

export interface Ask {
    readonly receipt: Blob;
    /** The own copy of what was sent. */
    readonly copy?: Blob | undefined;
    /** A codename, for a receipt that is sealed to it. */
    readonly typed?: string | undefined;
}

/** What the log of a receipt is. */
export interface Log {
    readonly origin: string;
    readonly genesis: string;
    /** Closed before the one that is written. */
    readonly closed: boolean;
}

export type Why = 'empty' | 'large' | 'unreadable' | 'nothing' | 'proof' | 'damaged' | 'sealed' | 'not-opened' | 'other-log';
export type Place = 'signature' | 'tree' | 'event';

export type Found =
    /** There was nothing to check. */
    | { readonly is: 'none'; readonly why: Why; readonly origin?: string }
    /** The codename is none: numbers of words that the list does not have. */
    | { readonly is: 'words'; readonly unknown: readonly number[] }
    | { readonly is: 'broken'; readonly at: Place; readonly log: Log; readonly size?: number; readonly index: number }
    | {
          readonly is: 'whole';
          readonly log: Log;
          readonly size: number;
          readonly index: number;
          /** Milliseconds. */
          readonly at: number;
          readonly file: 'none' | 'same' | 'other';
      };

/** More than a receipt with every signature that a checkpoint may have. */
export const LARGEST = 1 << 20;

const AT_ONCE = 4 << 20;
const SHOWN = 200;

/** The file went away while it was read. */
class Gone extends Error {}

class Ends extends Error {
    constructor(readonly found: Found) {
        super();
    }
}

const none = (why: Why, more: { readonly origin?: string } = {}) => new Ends({ is: 'none', why, ...more });

interface Known extends Log {
    readonly trust: Trust;
}

export class Checking {
    private readonly known: readonly Known[];

    /** Throws where the ledgers themselves do not hold. */
    constructor(private readonly ledgers: Ledgers) {
        const open = entryZero(ledgers.entry, ledgers.genesis);
        const known = (trust: Trust, closed: boolean): Known => ({ trust, origin: trust.origin, genesis: trust.genesis, closed });
        this.known = [known(open, false), ...ledgers.closed.map((it) => known(closedLedger(open, it), true))];
    }

    /** `read` is told how much of the file has been hashed. */
    async check(ask: Ask, read: (done: number, total: number) => void = () => undefined): Promise<Found> {
        try {
            return await this.found(ask, read);
        } catch (error) {
            if (error instanceof Ends) {
                return error.found;
            }
            if (error instanceof Gone) {
                return { is: 'none', why: 'unreadable' };
            }
            throw error;
        }
    }

    private async found({ receipt: file, copy, typed }: Ask, read: (done: number, total: number) => void): Promise<Found> {
        const receipt = receiptIn(await this.plain(file, typed));
        const log = this.logOf(receipt.note);
        const { index } = receipt;
        const shown = { origin: log.origin, genesis: log.genesis, closed: log.closed };
        const broken = (at: Place, size?: number): Found => ({
            ...{ is: 'broken', at, log: shown, index },
            ...(size === undefined ? {} : { size }),
        });
        const checkpoint = signed(receipt.note, log);
        if (checkpoint === undefined) {
            return broken('signature');
        }
        const { size, root } = checkpoint;
        const entry = entryOf(receipt);
        if (entry.n !== index || !included(index, size, leafHash(receipt.entry), receipt.hashes, root)) {
            return broken('tree', size);
        }
        if (!isOf(entry, receipt)) {
            return broken('event', size);
        }
        const whole = { is: 'whole', log: shown, size, index, at: entry.at } as const;
        if (copy === undefined) {
            return { ...whole, file: 'none' };
        }
        const content = contentHash(receipt.salt, await digest(copy, read));
        return { ...whole, file: content === hashText(entry.body, 'content') ? 'same' : 'other' };
    }

    private async plain(file: Blob, typed: string | undefined): Promise<Bytes> {
        if (file.size === 0) {
            throw none('empty');
        }
        if (file.size > LARGEST) {
            throw none('large');
        }
        const bytes = await bytesOf(file);
        if (!utf8(AGE).every((byte, i) => bytes[i] === byte)) {
            return bytes;
        }
        if (typed === undefined || typed.trim() === '') {
            throw none('sealed');
        }
        const words = parse(typed);
        if (words === undefined) {
            const { words: some, unknown } = typedWords(typed);
            throw new Ends({ is: 'words', unknown: some.length === COUNT ? unknown : [] });
        }
        const { identity } = await derive(words, this.ledgers.instance);
        try {
            return await open(bytes, identity);
        } catch {
            throw none('not-opened');
        }
    }

    private logOf(note: string): Known {
        const origin = note.slice(0, Math.max(0, note.indexOf('\n')));
        const found = this.known.find((it) => it.origin === origin);
        if (found === undefined) {
            throw none('other-log', { origin: Array.from(origin).slice(0, SHOWN).join('') });
        }
        return found;
    }
}

function entryZero(encoded: string, genesis: string): Trust {
    const bytes = fromBase64(encoded);
    const hash = hex(leafHash(bytes));
    if (hash !== genesis) {
        throw new BrokenEvidence('the genesis', genesis, hash);
    }
    return new Trust(genesis, parseEntry(bytes));
}

function receiptIn(bytes: Bytes): Receipt {
    if (!isProof(bytes)) {
        throw none('nothing');
    }
    try {
        return parseReceipt(bytes);
    } catch (error) {
        throw error instanceof OtherProof ? none('proof') : damaged(error);
    }
}

function entryOf(receipt: Receipt): Entry {
    try {
        return parseEntry(receipt.entry);
    } catch (error) {
        throw damaged(error);
    }
}

function damaged(error: unknown): unknown {
    return error instanceof Malformed ? none('damaged') : error;
}

/** Undefined if the log did not sign it. */
function signed(note: string, log: Known): Checkpoint | undefined {
    try {
        return openCheckpoint(note, log.origin, log.trust.verifiers);
    } catch (error) {
        if (error instanceof BrokenEvidence) {
            return undefined;
        }
        throw damaged(error);
    }
}

/** Whether the entry says that this exhibit of this case was sealed. */
function isOf(entry: Entry, receipt: Receipt): boolean {
    const nonce = fromHex(entry.nonce, 32);
    return (
        entry.type === 'exhibit.sealed' &&
        entry.case === caseTag(nonce, receipt.case) &&
        entry.body['exhibit'] === exhibitTag(nonce, receipt.exhibit) &&
        typeof entry.body['content'] === 'string'
    );
}

async function bytesOf(blob: Blob): Promise<Bytes> {
    try {
        return new Uint8Array(await blob.arrayBuffer());
    } catch {
        throw new Gone();
    }
}

async function digest(copy: Blob, read: (done: number, total: number) => void): Promise<string> {
    const hash = new Sha256();
    for (let at = 0; at < copy.size; at += AT_ONCE) {
        hash.update(await bytesOf(copy.slice(at, at + AT_ONCE)));
        read(Math.min(copy.size, at + AT_ONCE), copy.size);
    }
    return hash.hex();
}

/** To the Worker that checks: first the ledgers, then one receipt after another. */
export type ToCheck = { readonly ledgers: Ledgers } | { readonly check: Ask };

export type FromCheck =
    | { readonly ready: true }
    | { readonly done: number; readonly total: number }
    | { readonly found: Found }
    | { readonly failed: string };

/** What runs in that Worker. */
export function checking(reply: (message: FromCheck) => void): (ask: ToCheck) => Promise<void> {
    let own: Checking | undefined;
    return async (ask) => {
        try {
            if ('ledgers' in ask) {
                own = new Checking(ask.ledgers);
                reply({ ready: true });
            } else if (own !== undefined) {
                reply({ found: await own.check(ask.check, (done, total) => reply({ done, total })) });
            }
        } catch (error) {
            reply({ failed: error instanceof Error ? error.message : 'failed' });
        }
    };
}
