// One exhibit on its way: read, padded, cut, sealed, put, finished; or gone on with, from what the server has of it already.
// Nothing of it is kept here beyond this page: what has to be found again lies with the server, and only the keeper's marks
// say whether it is still the same (docs/spec/envelope.md §4, §12, §14).
import { BrokenEvidence, type Bytes, base64, fromHex, hex, random } from '../formats/bytes';
import { sealSmall } from '../sealed/box';
import { digest } from '../sealed/content';
import { SEGMENT } from '../sealed/padding';
import { type Of, type Place, type Sealed, contentHash, label, stub, unfinishedStub } from './boxes';
import { Cuts } from './cuts';
import { type CaseAnswer, type ExhibitLine, Refused, type SegmentLine } from './drop-api';
import { type Link, Stopped } from './link';
import { sealCut } from './seal';
import { openStub } from './shown';

/** What a source sends. */
export interface Content {
    readonly of: Of;
    /** Of a file. */
    readonly name?: string;
    readonly mediaType: string;
    readonly bytes: Blob;
}

/** The file that was chosen is not the one of which segments are there; or the server says so. Nothing is finished. */
export class OtherFile extends Error {
    override name = 'OtherFile';
}

/** Hashes a whole file while its cuts are being sealed. */
export interface Hasher {
    /** Takes over these bytes, of which so many count. */
    take(bytes: Bytes, length: number): Promise<void>;
    end(): Promise<string>;
    drop(): void;
}

export type Stage = 'checking' | 'sending' | 'finishing';

export interface Watcher {
    /** Of the padded size. */
    moved(stage: Stage, done: number, total: number): void;
}

export interface Means {
    readonly link: Link;
    /** The case as it is now. */
    readonly read: () => Promise<CaseAnswer | undefined>;
    readonly hasher: () => Hasher;
    readonly segmentSize: number;
}

const ROUNDS = 5;

/** How often it is looked whether another program has brought what it is bringing; each round more, so that two do not push one another aside for ever. */
const LOOKS = 6;

/** Another program under this codename has finished it, or this one has and was not told. */
class Finished extends Error {
    constructor(
        readonly answer: CaseAnswer,
        readonly line: ExhibitLine,
    ) {
        super('finished');
    }
}

export class Sending {
    private readonly stop = new AbortController();
    private readonly cuts: Cuts;
    private readonly digests: string[] = [];
    private readonly sealed: string[] = [];
    private readonly known: ReadonlyMap<number, SegmentLine>;
    private done = 0;
    private leaving = 0;

    constructor(
        private readonly means: Means,
        private readonly content: Content,
        readonly place: Place,
        private readonly recipient: string,
        private readonly watcher: Watcher,
        known: readonly SegmentLine[] = [],
    ) {
        this.cuts = new Cuts(content.bytes, means.segmentSize);
        this.known = new Map(known.map((line) => [line.number, line]));
    }

    /** Ends it as soon as it can be. */
    giveUp(): void {
        this.stop.abort();
    }

    /** Tells the server that it begins. */
    async begin(): Promise<void> {
        const { exhibit, generation } = this.place;
        const box = unfinishedStub(this.place, this.cuts.size, this.content.of);
        await this.means.link.ask('POST', '/api/exhibits', {
            ...{ exhibit, generation, size: this.cuts.padded },
            stub: base64(await sealSmall(box, this.own.identity.recipient)),
        });
    }

    /** Everything from there on; answers the exhibit's number. */
    async run(): Promise<number> {
        try {
            return await this.sent();
        } catch (error) {
            if (error instanceof Finished) {
                return this.arrivedAs(error.answer, error.line);
            }
            throw error;
        }
    }

    /** The number of what is finished already, if it is this very file. */
    async arrivedAs(answer: CaseAnswer, line: ExhibitLine): Promise<number> {
        return this.same(answer, line, await this.digest());
    }

    /** Whether the file begins as what is there, and goes on so as far as that reaches. */
    async recognizes(): Promise<boolean> {
        const numbers = [...this.known.keys()];
        for (const number of new Set([Math.min(...numbers), Math.max(...numbers)])) {
            await this.step();
            const there = this.known.get(number);
            if (number >= this.cuts.count || there === undefined || this.markOf(there, await digest(await this.cuts.read(number))) !== there.mark) {
                return false;
            }
        }
        return true;
    }

    /** Of the whole file. */
    async digest(): Promise<string> {
        const hasher = this.means.hasher();
        this.done = 0;
        this.leaving = 0;
        try {
            for (let number = 0; number < this.cuts.count; number++) {
                await this.step();
                const cut = await this.cuts.read(number);
                this.done += cut.length;
                this.tell('checking');
                await hasher.take(cut, this.cuts.ownLength(number));
            }
            return await hasher.end();
        } finally {
            hasher.drop();
        }
    }

    private async same(answer: CaseAnswer, line: ExhibitLine, sha256: string): Promise<number> {
        // Whoever had its line removed has nothing left to compare with.
        if (line.stub !== null) {
            const stub = await openStub(this.own.identity, answer, line);
            if (stub.sha256 !== sha256 || stub.size !== this.cuts.size) {
                throw new OtherFile();
            }
        }
        return line.number;
    }

    private async sent(): Promise<number> {
        const hasher = this.means.hasher();
        try {
            // While one segment leaves, the next is sealed; no more are held.
            let leaving: Promise<void> = Promise.resolve();
            for (let number = 0; number < this.cuts.count; number++) {
                await this.step();
                const cut = await this.cuts.read(number);
                const of = await digest(cut);
                this.digests[number] = of;
                const there = this.known.get(number);
                if (there === undefined) {
                    const bytes = await sealCut(cut, this.recipient);
                    await leaving;
                    leaving = this.put(number, of, bytes);
                    leaving.catch(() => undefined);
                } else {
                    this.recognize(number, of, there);
                    this.done += cut.length;
                }
                this.tell(there === undefined ? 'sending' : 'checking');
                await hasher.take(cut, this.cuts.ownLength(number));
            }
            await leaving;
            this.tell('finishing');
            return await this.finish(await hasher.end());
        } finally {
            hasher.drop();
        }
    }

    private get own() {
        return this.means.link.entered;
    }

    private async step(): Promise<void> {
        await this.means.link.gate.pass(this.stop.signal);
        if (this.stop.signal.aborted) {
            throw new Stopped();
        }
    }

    private tell(stage: Stage): void {
        this.watcher.moved(stage, Math.min(this.cuts.padded, this.done + this.leaving), this.cuts.padded);
    }

    private markOf(there: SegmentLine, cut: string): string {
        return this.own.keeper.mark(this.place.exhibit, there.number, cut, there.sha256);
    }

    /** A segment that is there already: only if its mark is that of this cut and of the digest that the server names. */
    private recognize(number: number, cut: string, there: SegmentLine): void {
        if (this.markOf(there, cut) !== there.mark) {
            throw new OtherFile();
        }
        this.sealed[number] = there.sha256;
    }

    private async put(number: number, cut: string, bytes: Bytes): Promise<void> {
        const { exhibit } = this.place;
        const sealed = await digest(bytes);
        const segment = {
            path: `/api/exhibits/${exhibit}/segments/${number}`,
            bytes,
            digest: fromHex(sealed, 32),
            mark: fromHex(this.own.keeper.mark(exhibit, number, cut, sealed), 32),
            sent: (sent: number) => {
                this.leaving = Math.min(sent, this.cuts.length(number));
                this.tell('sending');
            },
        };
        for (let round = 1; ; round++) {
            try {
                await this.means.link.put(segment, this.stop.signal);
                this.sealed[number] = sealed;
                break;
            } catch (error) {
                const guard = error instanceof Refused ? error.guard : '';
                if (guard === 'taken' || guard === 'no-exhibit') {
                    // Of an attempt whose end we did not see, or of another tab: what is there is ours, or it is not.
                    const there = await this.there(number, LOOKS + round, error);
                    if (there !== undefined) {
                        this.recognize(number, cut, there);
                        break;
                    }
                    if (round < ROUNDS) {
                        // Whoever was at it is gone, or slower than we are.
                        continue;
                    }
                }
                if ((guard !== 'digest' && guard !== 'again') || round === ROUNDS) {
                    throw error;
                }
            }
        }
        this.leaving = 0;
        this.done += this.cuts.length(number);
        this.tell('sending');
    }

    /** A segment that another program has claimed, once it is there. */
    private there(number: number, times: number, refusal: unknown): Promise<SegmentLine | undefined> {
        return this.means.link.meanwhile(async () => {
            await this.step();
            const answer = await this.means.read();
            this.unlessFinished(answer);
            const unfinished = answer?.unfinished.find((line) => line.exhibit === this.place.exhibit);
            if (unfinished === undefined) {
                throw refusal;
            }
            return unfinished.segments.find((segment) => segment.number === number);
        }, times);
    }

    private unlessFinished(answer: CaseAnswer | undefined): void {
        const line = answer?.exhibits.find((it) => it.exhibit === this.place.exhibit);
        if (answer !== undefined && line !== undefined) {
            throw new Finished(answer, line);
        }
    }

    private async finish(sha256: string): Promise<number> {
        const { exhibit } = this.place;
        const salt = hex(random(32));
        const { name, mediaType, of } = this.content;
        for (let round = 1; ; round++) {
            const sealed: Sealed = { size: this.cuts.size, sha256, salt, segments: [...this.sealed] };
            const boxes = {
                label: base64(await sealSmall(label(this.place, sealed, name, mediaType), this.recipient)),
                stub: base64(await sealSmall(stub(this.place, sealed, of), this.own.identity.recipient)),
            };
            try {
                const body = { content: contentHash(salt, sha256), ...boxes };
                const answer = await this.means.link.ask('POST', `/api/exhibits/${exhibit}/finish`, body);
                return (answer as { number: number }).number;
            } catch (error) {
                if (error instanceof Refused && (error.guard === 'taken' || error.guard === 'no-exhibit')) {
                    this.unlessFinished(await this.means.read());
                }
                if (!(error instanceof Refused) || error.guard !== 'missing' || round === ROUNDS) {
                    throw error;
                }
                await this.replace(error.missing);
            }
        }
    }

    /** What the server says it does not have is sealed anew, from a file that must still be the same. */
    private async replace(missing: readonly number[]): Promise<void> {
        for (const number of missing) {
            await this.step();
            if (number < 0 || number >= this.cuts.count) {
                throw new BrokenEvidence('what is missing', `segments below ${this.cuts.count}`, String(number));
            }
            const cut = await this.cuts.read(number);
            const of = await digest(cut);
            if (of !== this.digests[number]) {
                throw new OtherFile();
            }
            this.done -= cut.length;
            await this.put(number, of, await sealCut(cut, this.recipient));
        }
        this.tell('finishing');
    }
}

export const FULL_SEGMENT = SEGMENT;
