// The page's side of saving: a plain link for each thing offered, answered by the service worker.
import { hex, random } from '../formats/bytes';
import { pour } from '../keys/stream';
import { safeName } from './names';
import type { Offered, Wanted } from './wire';

/** Streams what is offered into the port; fails if it could not be given whole. */
export type Give = (port: MessagePort) => Promise<void>;

interface Offer {
    readonly name: string;
    readonly size: number;
    readonly give: Give;
}

const KNOCK = 5000;

/** This browser lets no service worker stand here. */
export class NoSaving extends Error {
    override name = 'NoSaving';
}

export interface Saving {
    /** The path of a link that saves this. */
    offer(name: string, size: number, give: Give): string;
    withdraw(path: string): void;
}

/** Small bytes that the page has itself: a sealed key file. */
export function giveBytes(bytes: Uint8Array): Give {
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* once() {
        yield bytes;
    }
    return (port) => pour(once(), port);
}

export class ServiceWorkerSaving implements Saving {
    private readonly offers = new Map<string, Offer>();

    private constructor(
        container: ServiceWorkerContainer,
        private readonly active: () => ServiceWorker | null,
    ) {
        container.onmessage = (event: MessageEvent<Wanted>) => this.answer(event);
        container.startMessages();
    }

    static async start(
        container: ServiceWorkerContainer | undefined,
        script: string,
    ): Promise<ServiceWorkerSaving> {
        if (container === undefined) {
            throw new NoSaving('no service workers here');
        }
        let registration: ServiceWorkerRegistration;
        try {
            registration = await container.register(script, { scope: '/', updateViaCache: 'none' });
            await container.ready;
        } catch (error) {
            throw new NoSaving(String(error));
        }
        return new ServiceWorkerSaving(container, () => registration.active);
    }

    offer(name: string, size: number, give: Give): string {
        const token = hex(random(16));
        const safe = safeName(name);
        this.offers.set(token, { name: safe, size, give });
        return `/save/${token}/${encodeURIComponent(safe)}`;
    }

    withdraw(path: string): void {
        this.offers.delete(path.split('/')[2] ?? '');
    }

    private answer(event: MessageEvent<Wanted>): void {
        const [reply] = event.ports;
        const offer = this.offers.get(event.data.want);
        if (offer === undefined) {
            reply?.postMessage(null);
            return;
        }
        const channel = new MessageChannel();
        const { name, size } = offer;
        reply?.postMessage({ name, size, port: channel.port2 } satisfies Offered, [channel.port2]);
        const knocking = setInterval(() => this.active()?.postMessage('knock'), KNOCK);
        offer
            .give(channel.port1)
            .catch(() => undefined)
            .finally(() => clearInterval(knocking));
    }
}
