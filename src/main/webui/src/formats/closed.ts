// The ledgers that were closed before the one that is written (docs/spec/ledger.md §13): each known by its entry 0, which the genesis of
// the open one names.
import { BrokenEvidence, fromBase64, hex } from './bytes';
import { parseEntry } from './entry';
import { leafHash } from './merkle';
import { Trust } from './trust';

/** The one of this entry 0, if the genesis names it. */
export function closedLedger(open: Trust, encoded: string): Trust {
    const bytes = fromBase64(encoded);
    const genesis = hex(leafHash(bytes));
    const named = open.before.find((it) => it.genesis === genesis);
    if (named === undefined) {
        throw new BrokenEvidence('a closed ledger', 'one that the genesis names', genesis);
    }
    const closed = new Trust(genesis, parseEntry(bytes));
    if (closed.origin !== named.origin) {
        throw new BrokenEvidence('the origin of a closed ledger', named.origin, closed.origin);
    }
    closed.checkpoint = named;
    return closed;
}

/** Every one that the genesis names, in its order. */
export function closedLedgers(open: Trust, encoded: readonly string[]): Trust[] {
    const closed = encoded.map((it) => closedLedger(open, it));
    const [expected, found] = [open.before, closed].map((all) => all.map((it) => it.genesis).join(' '));
    if (found !== expected) {
        throw new BrokenEvidence('the closed ledgers', expected ?? '', found ?? '');
    }
    return closed;
}
