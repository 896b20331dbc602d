// Entries of the ledger, as far as the desk reads them: entry 0 and those about people (docs/spec/ledger.md §2, §3).
import { type Bytes, Malformed, fromHex, hex, isId, tagged, utf8, sha256 } from './bytes';
import { type Obj, hashText, number, object, only, parseObject, text } from './canonical';
import { time } from './statement';

export interface Entry {
    readonly n: number;
    readonly prev: string;
    readonly type: string;
    readonly nonce: string;
    /** The case's name in this entry, where the event has one. */
    readonly case?: string;
    /** Milliseconds; of a day, its beginning. */
    readonly at: number;
    readonly actor?: string;
    readonly body: Obj;
}

const MOST_BYTES = 16_384;

export function parseEntry(bytes: Uint8Array): Entry {
    if (bytes.length > MOST_BYTES) {
        throw new Malformed('an entry has at most 16384 bytes');
    }
    const json = only(parseObject(bytes), 'v', 'n', 'prev', 'nonce', 'event');
    if (number(json, 'v') !== 1) {
        throw new Malformed('only entries of version 1 are known');
    }
    const nonce = hashText(json, 'nonce');
    const event = only(object(json, 'event'), 'type', 'at', 'case', 'actor', 'body');
    const at = text(event, 'at');
    const actor = 'actor' in event ? text(event, 'actor') : undefined;
    if (actor !== undefined && actor !== 'source' && actor !== 'server' && !isId(actor)) {
        throw new Malformed('not an actor');
    }
    return {
        n: number(json, 'n'),
        prev: hashText(json, 'prev'),
        type: text(event, 'type'),
        nonce,
        ...('case' in event ? { case: hashText(event, 'case') } : {}),
        at: at.length === 10 ? time(`${at}T00:00:00Z`) : time(at),
        body: object(event, 'body'),
        ...(actor === undefined ? {} : { actor }),
    };
}

/** A case's name in one entry: whoever knows id and nonce can make it, nobody else can link two. */
export function caseTag(nonce: Uint8Array, caseId: string): string {
    return hex(tagged('sigillo/case/v1', nonce, fromHex(caseId, 16)));
}

/** An exhibit's name in one entry. */
export function exhibitTag(nonce: Uint8Array, exhibit: string): string {
    return hex(tagged('sigillo/exhibit/v1', nonce, fromHex(exhibit, 16)));
}

/** A reply's name in one entry. */
export function replyTag(nonce: Uint8Array, reply: string): string {
    return hex(tagged('sigillo/reply/v1', nonce, fromHex(reply, 16)));
}

/** What stands for a recipient in the ledger. */
export function recipientHash(recipient: string): string {
    return hex(sha256(utf8(recipient)));
}

/** What others confirm: signing key and recipient together. */
export function fingerprint(key: string, recipient: string): string {
    return hex(tagged('sigillo/person/v1', fromHex(key, 32), fromHex(recipient, 32)));
}

/** What ties a person to an account without naming it. */
export function accountHash(salt: Uint8Array, subject: string): Bytes {
    return sha256(salt, utf8(subject));
}
