// What a session hands to the views, and what it asks them to say.
import type { CaseAnswer, ExhibitLine, ReplyLine, WishLine } from './api';
import type { Own, Source } from './keys/keyring';
import type { Label } from './sealed/box';

/** Something the person can put right; `reason` is a key of the messages. */
export class Stop extends Error {
    override name = 'Stop';

    constructor(readonly reason: StopReason) {
        super(reason);
    }
}

export type StopReason =
    | 'stop.locked'
    | 'stop.notPinned'
    | 'stop.otherPerson'
    | 'stop.notFounder'
    | 'stop.noRole'
    | 'stop.noReviewer'
    | 'stop.senderKey'
    | 'stop.noFingerprint';

export interface OpenedExhibit {
    readonly line: ExhibitLine;
    readonly label: Label | undefined;
    readonly source: Source | undefined;
    /** Why it could not be opened. */
    readonly fault: Error | undefined;
}

export interface OpenedReply {
    readonly line: ReplyLine;
    /** None where the source has removed it, or it is of a generation that I do not hold. */
    readonly words: string | undefined;
}

export interface OpenedCase {
    readonly id: string;
    readonly source: string;
    readonly generation: number;
    readonly mine: readonly number[];
    readonly exhibits: readonly OpenedExhibit[];
    readonly replies: readonly OpenedReply[];
    readonly wishes: readonly WishLine[];
    readonly takenUp: string | null;
    /** Reviewers who count and lack a generation that I hold. */
    readonly lacking: readonly { readonly person: string; readonly generations: readonly number[] }[];
    readonly holders: readonly string[];
    readonly madeGeneration: boolean;
}

export interface NewPerson extends Own {
    readonly file: Uint8Array<ArrayBuffer>;
}

export function newest(answer: CaseAnswer): number {
    return Math.max(0, ...answer.generations.map((g) => g.generation));
}

export function holdersOf(answer: CaseAnswer, generation: number): readonly string[] {
    return answer.generations.find((g) => g.generation === generation)?.holders ?? [];
}
