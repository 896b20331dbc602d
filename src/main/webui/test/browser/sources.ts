// Serves the sources' pages and a fake of their API as the application does: one host, that door's headers, a session by cookie.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64 } from '../../src/formats/bytes';
import { Offline } from '../../src/source/drop-api';
import type { Dropbox } from '../dropbox';
import { HEADERS as DESK, type Served, bodyOf } from './serve';
import { type Ledgers, type Program, render } from './templates';

/** As `SecurityHeaders` sends them at the sources' door. */
const HEADERS = {
    ...DESK,
    'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; script-src 'self'; worker-src 'self'; " +
        "connect-src 'self'; img-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types sigillo",
};

/** The same of a page, and of its Worker, that may connect to nothing. */
const ALONE = {
    ...HEADERS,
    'Content-Security-Policy': HEADERS['Content-Security-Policy']
        .replace("connect-src 'self'; ", '')
        .replace("form-action 'self'", "form-action 'none'"),
};

const dist = (name: string) => readFile(new URL(`../../dist/assets/${name}`, import.meta.url));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

export interface Sources extends Served {
    /** What plain forms were sent, by their addresses. */
    readonly plain: string[];
    /** Files that are not there any more. */
    readonly gone: Set<string>;
    /** Whether a segment's connection is cut in its middle. */
    cut: (path: string) => boolean;
    /** What the page is given that checks receipts. */
    ledgers: () => Ledgers;
}

export async function serveSources(dropbox: Dropbox): Promise<Sources> {
    const [page, worker] = [await dist('drop.js'), await dist('drop-worker.js')];
    const sheet = await readFile(new URL('../../../resources/org/sigillo/web/style.css', import.meta.url));
    const program: Program = {
        page: sha256(page).toString('hex'),
        integrity: sha256(page).toString('base64'),
        worker: sha256(worker).toString('hex'),
        genesis: dropbox.newsroom.genesis,
        instance: dropbox.newsroom.instance,
    };
    const { newsroom } = dropbox;
    const ledgers = (): Ledgers => ({ genesis: newsroom.genesis, entry: base64(newsroom.entries[0] ?? new Uint8Array(0)), closed: '' });
    const sources = { plain: [] as string[], gone: new Set<string>(), cut: (path: string) => path === '', ledgers };

    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        const path = request.url ?? '/';
        const send = (status: number, type: string, body: string | Uint8Array, more: Record<string, string> = {}) => {
            const alone = path.endsWith('?alone') || path.endsWith('/check');
            response.writeHead(status, { ...(alone ? ALONE : HEADERS), 'Content-Type': type, ...more });
            response.end(body);
        };
        const files: Record<string, [string, Uint8Array]> = {
            '/assets/drop.js': ['text/javascript', page],
            '/assets/drop-worker.js': ['text/javascript', worker],
            '/style.css': ['text/css', sheet],
        };
        const asset = path.replace('?alone', '');
        const file = files[asset];
        if (file !== undefined && !sources.gone.has(asset)) {
            send(200, ...file);
            return;
        }
        if (path.startsWith('/api/')) {
            if (sources.cut(path)) {
                request.once('data', () => request.destroy());
                return;
            }
            const cookie = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
            const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
            const method = request.method ?? 'GET';
            const body = await bodyOf(request);
            if (method !== 'GET' && request.headers.origin !== sources_url()) {
                send(403, 'application/problem+json', '{"guard":"origin"}');
                return;
            }
            try {
                const given = await dropbox.handle(method, path, headers, body, cookie);
                const { status, retryAfter, body: json } = given.answer;
                const more: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
                if (given.cookie !== undefined) {
                    more['Set-Cookie'] = `session=${given.cookie}; HttpOnly; SameSite=Strict; Path=/`;
                }
                send(status, 'application/json', json === undefined ? '' : JSON.stringify(json), more);
            } catch (error) {
                if (!(error instanceof Offline)) {
                    throw error;
                }
                request.socket.destroy();
            }
            return;
        }
        const [, language, name = ''] = /^\/([a-z]{2})(?:\/([a-z]*))?$/.exec(path) ?? [];
        if (request.method === 'POST') {
            sources.plain.push(`${path} ${new TextDecoder().decode(await bodyOf(request))}`);
            send(200, 'text/html; charset=utf-8', `<!doctype html><title>plain</title><h1>plain ${name}</h1>`);
        } else if (language !== undefined && name === 'check') {
            send(200, 'text/html; charset=utf-8', await render('check', language, program, sources.ledgers()));
        } else if (language !== undefined && (name === '' || name === 'return')) {
            send(200, 'text/html; charset=utf-8', await render(name === '' ? 'start' : 'comeback', language, program));
        } else {
            send(404, 'text/plain', 'nothing');
        }
    };
    const server = createServer((request, response) => {
        answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    const sources_url = () => `http://drop.localhost:${(server.address() as AddressInfo).port}`;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return Object.assign(sources, {
        url: sources_url(),
        close: () =>
            new Promise<void>((done) => {
                server.closeAllConnections();
                server.close(() => done());
            }),
    });
}
