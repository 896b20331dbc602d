// Asks again, as long as it makes sense, and waits longer each time. Over Tor a circuit that breaks is nothing unusual.
import { Offline, Refused } from './drop-api';

/** Why nothing moves at the moment. */
export type Delay = { readonly why: 'offline' | 'busy' | 'elsewhere'; readonly seconds: number } | undefined;

const FIRST = 1;
const LONGEST = 60;
/** So often a server that fails is asked again; somebody who waits before the page is told sooner. */
const FAULTS = 6;
export const SOON = 2;

/** Everything stops here while the source has paused. */
export class Gate {
    private waiting: (() => void)[] = [];
    private closed = false;
    private stop = new AbortController();

    get isClosed(): boolean {
        return this.closed;
    }

    /** Ends with the next pause. */
    get signal(): AbortSignal {
        return this.stop.signal;
    }

    close(): void {
        this.closed = true;
        this.stop.abort();
    }

    open(): void {
        this.closed = false;
        this.stop = new AbortController();
        this.waiting.splice(0).forEach((go) => go());
    }

    /** Until the source goes on, or gives up what waits here: that alone, nothing else goes on then. */
    async pass(stop: AbortSignal): Promise<void> {
        while (this.closed && !stop.aborted) {
            await new Promise<void>((resolve) => {
                this.waiting.push(resolve);
                stop.addEventListener('abort', () => resolve(), { once: true });
            });
        }
    }
}

/** Another program under this codename is at it: it is looked at again. */
export class Meanwhile extends Error {
    override name = 'Meanwhile';
}

export type Sleep = (milliseconds: number) => Promise<void>;

export class Patience {
    private wake: (() => void)[] = [];

    constructor(
        private readonly sleep: Sleep,
        private readonly say: (delay: Delay) => void,
        private readonly random: () => number = Math.random,
    ) {}

    /** The network is back, or the source wants it tried now. */
    now(): void {
        this.wake.splice(0).forEach((go) => go());
    }

    /** The answer, however often it has to be asked for. Refusals that waiting does not change are thrown. */
    async until<T>(ask: () => Promise<T>, most = FAULTS): Promise<T> {
        let delay = FIRST;
        for (let faults = 0; ; ) {
            try {
                const answer = await ask();
                this.say(undefined);
                return answer;
            } catch (error) {
                const patient = waits(error);
                if (patient === undefined || (patient === 'fault' && ++faults > most)) {
                    this.say(undefined);
                    throw error;
                }
                const asked = error instanceof Refused ? error.retryAfter : undefined;
                // So that all do not come back in the same second.
                const seconds = Math.ceil((asked ?? delay) * (1 + this.random() / 2));
                this.say({ why: patient === 'fault' ? 'busy' : patient, seconds });
                await Promise.race([this.sleep(seconds * 1000), new Promise<void>((resolve) => this.wake.push(resolve))]);
                delay = Math.min(LONGEST, delay * 2);
            }
        }
    }
}

function waits(error: unknown): 'offline' | 'busy' | 'elsewhere' | 'fault' | undefined {
    if (error instanceof Meanwhile) {
        return 'elsewhere';
    }
    if (error instanceof Offline) {
        return 'offline';
    }
    if (!(error instanceof Refused)) {
        return undefined;
    }
    if (error.guard === 'busy') {
        return 'busy';
    }
    return error.status >= 500 && error.guard === '' ? 'fault' : undefined;
}
