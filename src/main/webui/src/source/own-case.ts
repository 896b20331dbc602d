// The case of whoever has entered: read, begun, and its keys traced. Nothing is sealed to a key that was not.
import { BrokenEvidence, Malformed } from '../formats/bytes';
import { recipientHash } from '../formats/entry';
import { beginCase } from './beginning';
import type { Derived } from './codename';
import { type CaseAnswer, type ExhibitLine, type Generation, type Proof, Refused } from './drop-api';
import type { Link } from './link';
import type { Newsroom } from './newsroom';
import { type Followed, Untraced, traced } from './receivers';

/** The case, and whom what is sent now is sealed to. */
export interface Opened {
    readonly answer: CaseAnswer;
    readonly recipient: string;
}

export class OwnCase {
    private opened: Opened | undefined;
    private own: Derived | undefined;
    private begins = false;
    private finished = false;
    /** The newest key that was seen. */
    private newest: Generation | undefined;
    /** Of each exhibit what was told last, by its number: only what is new is asked for, where that is enough. */
    private known = new Map<number, ExhibitLine>();

    constructor(
        private readonly link: Link,
        private readonly newsroom: Newsroom,
    ) {}

    /** `begins`: the codename was made just now, so a case may be begun. */
    async enter(own: Derived, begins: boolean): Promise<void> {
        this.own = own;
        this.begins = begins;
        this.opened = undefined;
        this.finished = false;
        this.newest = undefined;
        this.known = new Map();
        await this.link.enter(own, begins);
    }

    leave(): void {
        this.own = undefined;
    }

    get derived(): Derived {
        if (this.own === undefined) {
            throw new Malformed('no codename was confirmed');
        }
        return this.own;
    }

    /** Whether something of it is finished: then nothing that is sent is a first message any more. */
    get said(): boolean {
        return this.finished;
    }

    says(): void {
        this.finished = true;
    }

    /** The case, unless it cannot have anything in it yet. */
    before(): Promise<CaseAnswer | undefined> {
        return this.begins && this.opened === undefined ? Promise.resolve(undefined) : this.read();
    }

    /** The case, with its exhibits as they were told before and those that came since. */
    async read(): Promise<CaseAnswer | undefined> {
        return this.from(this.known.size + 1);
    }

    /** The case as it is now. */
    async whole(): Promise<CaseAnswer | undefined> {
        return this.from(1);
    }

    /** The same, but for what was told to have no entry yet. */
    async current(): Promise<CaseAnswer | undefined> {
        const waiting = [...this.known.values()].filter((it) => it.index === null).map((it) => it.number);
        return this.from(Math.min(this.known.size + 1, ...waiting));
    }

    /** What was told of it is kept no longer: the server has done so. */
    forget(exhibit: string): void {
        this.known.forEach((it, number) => {
            if (it.exhibit === exhibit) {
                this.known.set(number, { ...it, stub: null });
            }
        });
    }

    private async from(first: number): Promise<CaseAnswer | undefined> {
        const before = this.newest;
        try {
            let answer: CaseAnswer;
            let next: number | null = first;
            do {
                answer = (await this.link.ask('GET', next === 1 ? '/api/case' : `/api/case?from=${next}`)) as CaseAnswer;
                answer.exhibits.forEach((it) => this.known.set(it.number, it));
                next = after(next, answer);
            } while (next !== null);
            this.newest = notBefore(before, this.newest, answer.generation);
            this.finished ||= this.known.size > 0;
            // What the ledger was followed to says more than the server's word.
            const { origin, origins } = this.newsroom.ledgers?.trust ?? answer;
            return { ...answer, exhibits: [...this.known.values()].sort((a, b) => a.number - b.number), origin, origins };
        } catch (error) {
            if (error instanceof Refused && error.guard === 'no-case') {
                return undefined;
            }
            throw error;
        }
    }

    /** Undefined before its beat. */
    async proof(path: string): Promise<Proof | undefined> {
        try {
            return (await this.link.ask('GET', path)) as Proof;
        } catch (error) {
            if (error instanceof Refused && error.guard === 'not-yet') {
                return undefined;
            }
            throw error;
        }
    }

    async ledgers(): Promise<Followed> {
        return this.newsroom.ledgers ?? (await this.newsroom.newer());
    }

    /** The case with a recipient that was traced; begun if this codename may. */
    async ready(anew: boolean): Promise<Opened> {
        if (this.opened !== undefined && !anew) {
            return this.opened;
        }
        const ledgers = await this.ledgers();
        const answer = (await this.read()) ?? (this.begins ? await this.begin() : undefined);
        if (answer === undefined) {
            throw new Refused(404, 'no-case', '', undefined, [], undefined);
        }
        this.opened = { answer, recipient: await this.trace(ledgers, answer, answer.generation) };
        return this.opened;
    }

    async trace(ledgers: Followed, answer: CaseAnswer, generation: Generation): Promise<string> {
        const { identity, keeper } = this.derived;
        const own = { ...ledgers, keeper, case: answer.case, source: identity.recipient };
        const opened = () => this.proof('/api/case/opened');
        try {
            return await traced(own, generation, opened);
        } catch (error) {
            if (error instanceof Untraced || generation.generation === 0) {
                throw error;
            }
            // Whoever made it may count since we last looked: a newer ledger decides.
            return traced({ ...own, ...(await this.newsroom.newer()) }, generation, opened);
        }
    }

    private async begin(): Promise<CaseAnswer> {
        const begun = await beginCase(this.link, this.derived, async (anew) => {
            const { intake } = this.newsroom;
            return (intake === undefined || anew ? await this.newsroom.look() : intake).receivers;
        });
        // Another program may have begun it, and sent.
        return begun.exhibits.length === 0 ? begun : ((await this.whole()) ?? begun);
    }
}

/** Where the next answer begins. */
function after(first: number, { next = null }: CaseAnswer): number | null {
    if (next !== null && !(next > first)) {
        throw new Malformed('a case that does not end');
    }
    return next;
}

/** The newer of two keys; throws if the server shows an older one than had been seen when it was asked, or another in its place. */
function notBefore(before: Generation | undefined, seen: Generation | undefined, now: Generation): Generation {
    if (before !== undefined) {
        const same = now.generation === before.generation && now.recipient === before.recipient;
        if (!same && now.generation <= before.generation) {
            throw new BrokenEvidence(
                'the generation of the case',
                `${before.generation} or a newer one, as seen before`,
                `${now.generation} to ${recipientHash(now.recipient)}`,
            );
        }
    }
    return seen !== undefined && seen.generation > now.generation ? seen : now;
}
