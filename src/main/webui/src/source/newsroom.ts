// Who works at this newsroom, as it was last asked and followed from the genesis.
import { Malformed } from '../formats/bytes';
import { demandContinues } from '../formats/continues';
import type { Intake } from './drop-api';
import type { Link } from './link';
import { type Followed, followed } from './receivers';

export class Newsroom {
    private answer: Intake | undefined;
    private followed: Followed | undefined;

    constructor(
        private readonly link: Link,
        /** As the page has it from whoever wrote it; the ledger must say the same. */
        readonly known: { readonly genesis?: string; readonly instance?: string },
    ) {}

    /** Asks anew. What it says must go on from what had been seen when it was asked. */
    async look(): Promise<Intake> {
        const before = this.followed;
        const intake = (await this.link.public('/api/intake')) as Intake;
        const now = followed(intake, this.known.genesis ?? before?.trust.genesis);
        if (before !== undefined) {
            await demandContinues(before.trust.checkpoint, now.trust.checkpoint, (from, to) => this.consistency(from, to));
        }
        if (now.trust.checkpoint.size >= (this.followed?.trust.checkpoint.size ?? 0)) {
            this.followed = now;
            this.answer = intake;
        }
        return intake;
    }

    private async consistency(from: number, to: number): Promise<readonly string[]> {
        const answer = (await this.link.public(`/api/intake/consistency/${from}/${to}`)) as { readonly proof: readonly string[] };
        return answer.proof;
    }

    /** What it said last, if it was asked. */
    get intake(): Intake | undefined {
        return this.answer;
    }

    get ledgers(): Followed | undefined {
        return this.followed;
    }

    /** As the ledger is now. */
    async newer(): Promise<Followed> {
        await this.look();
        return this.followed ?? Promise.reject(new Malformed('no ledger'));
    }
}
