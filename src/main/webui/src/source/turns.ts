// What the tabs of one browser know of one another's sending, by Web Locks: nothing is stored, and who is closed lets go.

/** Another tab is sending it: it was not given up. */
export class Elsewhere extends Error {
    override name = 'Elsewhere';
}

export interface Turns {
    /** Meanwhile no tab gives this exhibit up. Several may be at it. */
    sending<T>(exhibit: string, deed: () => Promise<T>): Promise<T>;
    /** Throws [Elsewhere] if a tab is sending it. */
    unlessSending(exhibit: string, deed: () => Promise<void>): Promise<void>;
}

/** @param locks undefined in a browser without them: there each tab is alone */
export function turnsBy(locks: LockManager | undefined): Turns {
    const lock = (exhibit: string) => `sigillo-${exhibit}`;
    return {
        sending<T>(exhibit: string, deed: () => Promise<T>): Promise<T> {
            return locks === undefined ? deed() : (locks.request(lock(exhibit), { mode: 'shared' }, deed));
        },
        async unlessSending(exhibit, deed) {
            if (locks === undefined) {
                await deed();
                return;
            }
            await locks.request(lock(exhibit), { ifAvailable: true }, async (held) => {
                if (held === null) {
                    throw new Elsewhere();
                }
                await deed();
            });
        },
    };
}
