// Who works at this newsroom, as it was last asked and followed from the genesis.
import { Malformed } from '../formats/bytes';
import { demandContinues } from '../formats/continues';
import type { Trust } from '../formats/trust';
import type { Intake } from './drop-api';
import type { Link } from './link';
import { followed } from './receivers';

export class Newsroom {
    private answer: Intake | undefined;
    private followed: Trust | undefined;

    constructor(
        private readonly link: Link,
        /** As the page has it from whoever wrote it; the ledger must say the same. */
        readonly known: { readonly genesis?: string; readonly instance?: string },
    ) {}

    /** Asks anew. What it says must go on from what had been seen when it was asked. */
    async look(): Promise<Intake> {
        const before = this.followed;
        const intake = (await this.link.public('/api/intake')) as Intake;
        const now = followed(intake, this.known.genesis ?? before?.genesis);
        if (before !== undefined) {
            await demandContinues(before.checkpoint, now.checkpoint, (from, to) => this.consistency(from, to));
        }
        if (now.checkpoint.size >= (this.followed?.checkpoint.size ?? 0)) {
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

    get trust(): Trust | undefined {
        return this.followed;
    }

    /** A newer ledger. */
    async ledger(): Promise<Trust> {
        await this.look();
        return this.followed ?? Promise.reject(new Malformed('no ledger'));
    }
}
