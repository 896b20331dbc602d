// Who works at this newsroom, as it was last asked and followed from the genesis.
import { Malformed } from '../formats/bytes';
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

    /** Asks anew. */
    async look(): Promise<Intake> {
        const intake = (await this.link.public('/api/intake')) as Intake;
        this.followed = followed(intake, this.known.genesis);
        this.answer = intake;
        return intake;
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
