// A source's receipt: a C2SP tlog-proof with what is needed to rebuild the leaf (docs/spec/ledger.md §7).
import { type Bytes, Malformed, fromBase64, fromUtf8 } from './bytes';
import { hashText, idText, number, only, parseObject, text } from './canonical';

export interface Receipt {
    readonly case: string;
    readonly exhibit: string;
    readonly salt: string;
    readonly entry: Bytes;
    readonly index: number;
    readonly hashes: readonly Bytes[];
    /** The signed checkpoint, verbatim. */
    readonly note: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1\n';
const MOST_HASHES = 63;

/** Whether it says of itself that it is a tlog-proof, whole or not. */
export function isProof(bytes: Uint8Array): boolean {
    return HEADER.split('').every((c, i) => bytes[i] === c.charCodeAt(0));
}

/** A proof of an entry, such as auditors are given: it names no case. */
export class OtherProof extends Error {
    override name = 'OtherProof';
}

export function parseReceipt(bytes: Uint8Array): Receipt {
    const all = fromUtf8(bytes);
    const cut = all.indexOf('\n\n');
    if (!all.startsWith(HEADER) || cut < HEADER.length) {
        throw new Malformed('not a tlog-proof of version 1');
    }
    const [first = '', second = '', ...rest] = all.slice(HEADER.length, cut).split('\n');
    const [, encoded] = /^extra ([A-Za-z0-9+/=]+)$/.exec(first) ?? [];
    const [, index] = /^index (0|[1-9][0-9]{0,15})$/.exec(second) ?? [];
    if (encoded === undefined || index === undefined || !Number.isSafeInteger(Number(index))) {
        throw new Malformed('a receipt has an extra line and an index');
    }
    if (rest.length > MOST_HASHES) {
        throw new Malformed('a proof has at most 63 hashes');
    }
    const hashes = rest.map(fromBase64);
    if (hashes.some((hash) => hash.length !== 32)) {
        throw new Malformed('a hash has 32 bytes');
    }
    const extra = parseObject(fromBase64(encoded));
    if (!Object.hasOwn(extra, 'case')) {
        throw new OtherProof();
    }
    if (number(only(extra, 'v', 'case', 'exhibit', 'salt', 'entry'), 'v') !== 1) {
        throw new Malformed('only receipts of version 1 are known');
    }
    return {
        case: idText(extra, 'case'),
        exhibit: idText(extra, 'exhibit'),
        salt: hashText(extra, 'salt'),
        entry: fromBase64(text(extra, 'entry')),
        index: Number(index),
        hashes,
        note: all.slice(cut + 2),
    };
}
