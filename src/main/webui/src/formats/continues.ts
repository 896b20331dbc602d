// That a ledger only grows: whoever has seen one checkpoint believes no later one that does not go on from it.
import { BrokenEvidence, fromHex, hex } from './bytes';
import { consistent } from './merkle';
import type { Checkpoint } from './note';

/** `prove`: asks for the consistency proof between two sizes. */
export async function demandContinues(
    kept: Checkpoint,
    next: Checkpoint,
    prove: (from: number, to: number) => Promise<readonly string[]>,
): Promise<void> {
    if (next.size < kept.size) {
        throw new BrokenEvidence('the ledger', `at least ${kept.size} entries, as seen before`, `${next.size}`);
    }
    if (kept.size === 0) {
        return;
    }
    const proof = next.size > kept.size ? await prove(kept.size, next.size) : [];
    const path = proof.map((p) => fromHex(p, 32));
    if (!consistent(kept.size, next.size, kept.root, next.root, path)) {
        throw new BrokenEvidence('the ledger', `one that goes on from root ${hex(kept.root)}`, 'another history');
    }
}
