// The service worker answers `GET /save/<token>/<name>` with what the page that offers the token streams to it, and
// nothing else. It keeps no state: it may be stopped at any time, and asks again.
import { attachment } from './saving/answer';
import type { Offered, Wanted } from './saving/wire';

interface Extendable extends Event {
    waitUntil(until: Promise<unknown>): void;
}

interface Fetching extends Extendable {
    readonly request: Request;
    respondWith(response: Promise<Response>): void;
}

interface Client {
    postMessage(message: unknown, transfer: Transferable[]): void;
}

const scope = self as unknown as {
    addEventListener(type: 'install' | 'activate' | 'message', take: (event: Extendable) => void): void;
    addEventListener(type: 'fetch', take: (event: Fetching) => void): void;
    skipWaiting(): Promise<void>;
    readonly location: Location;
    readonly clients: {
        claim(): Promise<void>;
        matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Client[]>;
    };
};

const PATIENCE = 10_000;
const AWAKE = 1000;

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
// While it streams, the page knocks so that the browser does not stop us for idleness.
scope.addEventListener('message', (event) => event.waitUntil(new Promise((done) => setTimeout(done, AWAKE))));

scope.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    const [, room, token] = url.pathname.split('/');
    if (event.request.method === 'GET' && url.origin === scope.location.origin && room === 'save') {
        event.respondWith(answer(token ?? ''));
    }
});

async function answer(token: string): Promise<Response> {
    const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const offered = await firstOffer(pages, token);
    const text = 'This link works only while the desk that made it is open and unlocked. Go back and open it again.';
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
    return offered === undefined ? new Response(text, { status: 404, headers }) : attachment(offered);
}

function firstOffer(pages: readonly Client[], token: string): Promise<Offered | undefined> {
    return new Promise((resolve) => {
        setTimeout(() => resolve(undefined), PATIENCE);
        let open = pages.length;
        if (open === 0) {
            resolve(undefined);
        }
        for (const page of pages) {
            const channel = new MessageChannel();
            channel.port1.onmessage = (event: MessageEvent<Offered | null>) => {
                channel.port1.close();
                open--;
                if (event.data !== null) {
                    resolve(event.data);
                } else if (open === 0) {
                    resolve(undefined);
                }
            };
            page.postMessage({ want: token } satisfies Wanted, [channel.port2]);
        }
    });
}
