// How the service worker asks the page for what a link stands for.

export interface Wanted {
    readonly want: string;
}

/** A port answers each `pull` (`keys/wire.ts`). */
export interface Offered {
    readonly name: string;
    readonly size: number;
    readonly port: MessagePort;
}
