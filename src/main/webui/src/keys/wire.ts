// How the page speaks to the keys Worker, and the Worker to the service worker.
import type { Keyring, Source } from './keyring';

type Asked = Pick<
    Keyring,
    | 'unlock'
    | 'lock'
    | 'makeKeyFile'
    | 'sign'
    | 'openGrant'
    | 'openLabel'
    | 'sealReply'
    | 'openReply'
    | 'makeGeneration'
    | 'grants'
    | 'readText'
    | 'propose'
    | 'openRelease'
    | 'checkRelease'
    | 'readingKey'
>;

/** What the Worker does on request; `save` streams contents into the port, one after the other. */
export type Calls = Asked & {
    save(ask: { sources: readonly Source[]; port: MessagePort }): Promise<void>;
};

export type Name = keyof Calls;
export type Ask<N extends Name> = Parameters<Calls[N]>[0];
export type Result<N extends Name> = Awaited<ReturnType<Calls[N]>>;

export interface Call {
    readonly id: number;
    readonly name: Name;
    readonly ask: unknown;
}

export type Reply =
    | { readonly id: number; readonly kind: 'done'; readonly result: unknown }
    | { readonly id: number; readonly kind: 'progress'; readonly done: number; readonly total: number }
    | { readonly id: number; readonly kind: 'failed'; readonly error: string; readonly message: string };

/** What the service worker asks of a stream's port, and what comes back: one answer to each `pull`. */
export type Pull = 'pull' | 'cancel';
export type Pulled = { readonly chunk: ArrayBuffer } | { readonly end: true } | { readonly error: string };
