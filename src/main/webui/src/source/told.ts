// What the page is told of a source's visit.
import { ArrivedBefore } from './before';
import { type Of } from './boxes';
import { Unreadable } from './cuts';
import { Refused, type WishLine } from './drop-api';
import { Stopped } from './link';
import type { Delay } from './patience';
import { Untraced } from './receivers';
import { Elsewhere } from './turns';
import { OtherFile, type Stage } from './sending';

/** Why something was not done; the page has a sentence for each. */
export type Reason =
    /** The same file has arrived before. */
    | 'arrived'
    | 'other-file'
    | 'unreadable'
    | 'full'
    /** As much has arrived under this codename as may. */
    | 'full-case'
    | 'closed'
    | 'quota'
    | 'evidence'
    | 'untraced'
    | 'large'
    | 'unfinished'
    | 'stopped'
    /** Another tab of this browser sends it, and goes on. */
    | 'elsewhere'
    | 'no-case'
    /** The server answered nothing that helps, however often it was asked. */
    | 'server'
    | 'fault';

export interface Line {
    readonly exhibit: string;
    readonly number: number;
    readonly day: string;
    readonly index: number | null;
    /** None if the stub does not open, or says something else than the ledger. */
    readonly known: { readonly of: Of; readonly size: number; readonly sha256: string } | undefined;
}

export interface UnfinishedView {
    readonly exhibit: string;
    readonly of: Of;
    /** The file's own. */
    readonly size: number;
    readonly arrived: number;
    readonly total: number;
}

export interface ReplyView {
    readonly reply: string;
    readonly number: number;
    readonly day: string;
    readonly text: string | undefined;
    readonly fresh: boolean;
}

export interface CaseView {
    readonly lines: readonly Line[];
    readonly unfinished: readonly UnfinishedView[];
    readonly replies: readonly ReplyView[];
    readonly wishes: readonly WishLine[];
    /** Whether anything has arrived whole, also where its line was taken off the page. */
    readonly said: boolean;
    /** Whether something has no index yet. */
    readonly waits: boolean;
}

export interface Terms {
    readonly genesis: string;
    readonly origin: string;
    readonly limit: number;
    /** Characters that the first message must have. */
    readonly firstMessage: number;
    readonly beat: number;
}

export type Event =
    | { readonly kind: 'delay'; readonly delay: Delay }
    | { readonly kind: 'moved'; readonly key: number; readonly stage: Stage; readonly done: number; readonly total: number }
    | { readonly kind: 'arrived'; readonly key: number; readonly number: number }
    /** `begun`: it goes on where it was. `other`: one of the same size was begun, and this is sent as new. */
    | { readonly kind: 'noted'; readonly key: number; readonly note: 'begun' | 'other' }
    /** `number`: of what has arrived before. */
    | { readonly kind: 'failed'; readonly key: number; readonly reason: Reason; readonly number?: number };

/** What is wrong with what should be sent. */
export type Wrong = 'empty' | 'codename' | 'short' | 'long' | 'large';

export function reasonOf(error: unknown): Reason {
    if (error instanceof Refused) {
        switch (error.guard) {
            case 'closed':
            case 'quota':
            case 'full':
            case 'full-case':
            case 'unfinished':
            case 'no-case':
                return error.guard;
            case 'too-large':
                return 'large';
            default:
                return error.status >= 500 ? 'server' : 'fault';
        }
    }
    if (error instanceof ArrivedBefore) {
        return 'arrived';
    }
    if (error instanceof OtherFile) {
        return 'other-file';
    }
    if (error instanceof Unreadable) {
        return 'unreadable';
    }
    if (error instanceof Untraced) {
        return 'untraced';
    }
    if (error instanceof Elsewhere) {
        return 'elsewhere';
    }
    if (error instanceof Stopped) {
        return 'stopped';
    }
    const name = error instanceof Error ? error.name : '';
    return name === 'BrokenEvidence' || name === 'Malformed' ? 'evidence' : 'fault';
}
