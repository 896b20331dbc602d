// Keeps the last checkpoint that this browser verified, and demands that a newer one goes on from it.
import type { Api } from './api';
import { demandContinues } from './formats/continues';
import { openCheckpoint } from './formats/note';
import { type LedgerPeople, type Trust, follow } from './formats/trust';

export type Store = Pick<Storage, 'getItem' | 'setItem'>;

const place = (genesis: string) => `sigillo/checkpoint/${genesis}`;

export class Watch {
    private lastNote = '';
    private lastTrust: Trust | undefined;

    constructor(
        private readonly api: Pick<Api, 'ledgerPeople' | 'consistency'>,
        private readonly store: Store,
    ) {}

    /** The ledger as it is now, followed from the pinned genesis and going on from what was seen before. */
    async look(genesis: string): Promise<Trust> {
        const people: LedgerPeople = await this.api.ledgerPeople();
        if (this.lastTrust?.genesis === genesis && this.lastNote === people.checkpoint) {
            return this.lastTrust;
        }
        const trust = follow(genesis, people);
        const kept = this.store.getItem(place(genesis));
        if (kept !== null) {
            const before = openCheckpoint(kept, trust.origin, trust.verifiers);
            await demandContinues(before, trust.checkpoint, (from, to) => this.api.consistency(from, to));
        }
        this.store.setItem(place(genesis), people.checkpoint);
        this.lastNote = people.checkpoint;
        this.lastTrust = trust;
        return trust;
    }
}
