// Keeps the last checkpoint that this browser verified, and demands that a newer one goes on from it.
import type { Api } from './api';
import { BrokenEvidence, fromHex, hex } from './formats/bytes';
import { consistent } from './formats/merkle';
import { type Checkpoint, openCheckpoint } from './formats/note';
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
            await this.goesOn(openCheckpoint(kept, trust.origin, trust.verifiers), trust.checkpoint);
        }
        this.store.setItem(place(genesis), people.checkpoint);
        this.lastNote = people.checkpoint;
        this.lastTrust = trust;
        return trust;
    }

    private async goesOn(kept: Checkpoint, next: Checkpoint): Promise<void> {
        if (next.size < kept.size) {
            throw new BrokenEvidence('the ledger', `at least ${kept.size} entries, as seen before`, `${next.size}`);
        }
        if (kept.size === 0) {
            return;
        }
        const proof = next.size > kept.size ? await this.api.consistency(kept.size, next.size) : [];
        const path = proof.map((p) => fromHex(p, 32));
        if (!consistent(kept.size, next.size, kept.root, next.root, path)) {
            throw new BrokenEvidence('the ledger', `one that goes on from root ${hex(kept.root)}`, 'another history');
        }
    }
}
