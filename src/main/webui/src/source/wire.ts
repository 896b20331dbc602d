// How the page asks the Worker, and what the Worker answers and tells.
import type { Source } from './source';
import type { Event, Reason } from './told';

export const CALLS = [
    ...(['begin', 'confirm', 'comeBack', 'terms', 'view', 'send', 'goOn', 'again', 'stop', 'giveUp', 'pause', 'goOnSending', 'now'] as const),
    ...(['seen', 'removeReply', 'forget', 'wish', 'receipt', 'leave'] as const),
] as const;

export type Name = (typeof CALLS)[number];
export type Ask<N extends Name> = Parameters<Source[N]>[0];
export type Result<N extends Name> = Awaited<ReturnType<Source[N]>>;

/** What the page knows from whoever wrote it. */
export interface Start {
    readonly genesis?: string;
    readonly instance?: string;
}

export type Call = { readonly id: number } & ({ readonly start: Start } | { readonly name: Name; readonly ask: unknown });

export type Reply =
    | { readonly id: number; readonly result: unknown }
    | { readonly id: number; readonly reason: Reason; readonly message: string }
    | { readonly event: Event };

/** To the Worker that hashes, and back: `taken`, or the digest. */
export type Hash = { readonly take: ArrayBuffer; readonly length: number } | 'end' | 'drop';
