// What of a file was sent before, so that nobody sends it twice without wanting to. Found by what the server has under this codename:
// stubs, and the marks of what has come. Names are kept nowhere.
import { type CaseAnswer, type ExhibitLine, type UnfinishedLine } from './drop-api';
import type { OwnCase } from './own-case';
import { openStub, openUnfinished } from './shown';

/** The same file has arrived, as this number. */
export class ArrivedBefore extends Error {
    override name = 'ArrivedBefore';

    constructor(readonly number: number) {
        super('arrived before');
    }
}

interface Stub {
    readonly size: number;
    readonly sha256: string;
}

export class Before {
    private readonly stubs = new Map<string, Stub | undefined>();

    constructor(private readonly own: OwnCase) {}

    /** Throws [ArrivedBefore] if a file of this size and digest is there. The digest is asked for only where the size is the same. */
    async refuseArrived(answer: CaseAnswer, size: number, digest: () => Promise<string>): Promise<void> {
        let sha256: string | undefined;
        for (const line of answer.exhibits) {
            const stub = await this.stubOf(answer, line);
            if (stub?.size === size && stub.sha256 === (sha256 ??= await digest())) {
                throw new ArrivedBefore(line.number);
            }
        }
    }

    /** Files of this size that were begun and are not finished, those first of which most has come. */
    async begun(answer: CaseAnswer, size: number): Promise<UnfinishedLine[]> {
        const { identity } = this.own.derived;
        const known = await Promise.all(answer.unfinished.map((it) => openUnfinished(identity, answer, it).catch(() => undefined)));
        const same = answer.unfinished.filter((_, i) => known[i]?.of === 'file' && known[i].size === size);
        return same.sort((a, b) => b.segments.length - a.segments.length);
    }

    /** None of a message, or where the line was removed or does not open. */
    private async stubOf(answer: CaseAnswer, line: ExhibitLine): Promise<Stub | undefined> {
        if (line.stub === null) {
            return undefined;
        }
        if (!this.stubs.has(line.exhibit)) {
            const stub = await openStub(this.own.derived.identity, answer, line).catch(() => undefined);
            this.stubs.set(line.exhibit, stub?.of === 'file' ? { size: stub.size, sha256: stub.sha256 } : undefined);
        }
        return this.stubs.get(line.exhibit);
    }
}
