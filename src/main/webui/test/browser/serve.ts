// Serves the built desk and a fake newsroom as the application does: one host, the desk's headers, an account by cookie.
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concat } from '../../src/formats/bytes';
import type { Newsroom } from '../newsroom';

const java = await readFile(new URL('../../../java/org/sigillo/web/SecurityHeaders.java', import.meta.url), 'utf8');
const features = /PERMISSIONS =\s+Stream\.of\(\s*"""([^"]*)"""/.exec(java)?.[1]?.match(/[a-z0-9-]+/g) ?? [];

/** As `SecurityHeaders` sends them at the desk's door. */
export const HEADERS = {
    'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; script-src 'self'; " +
        "worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; manifest-src 'none'; " +
        "require-trusted-types-for 'script'; trusted-types sigillo",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Permissions-Policy': features.map((feature) => `${feature}=()`).join(', '),
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
};

const FILES: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['index.html', 'text/html; charset=utf-8'],
    '/sw.js': ['sw.js', 'text/javascript'],
    '/assets/desk.js': ['assets/desk.js', 'text/javascript'],
    '/assets/keys-worker.js': ['assets/keys-worker.js', 'text/javascript'],
    '/assets/desk.css': ['assets/desk.css', 'text/css'],
    '/assets/seal.svg': ['assets/seal.svg', 'image/svg+xml'],
};

export async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [];
    for await (const part of request) {
        parts.push(part as Uint8Array);
    }
    return concat(...parts);
}

async function answer(newsroom: Newsroom, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const file = FILES[path.split('?')[0] ?? ''];
    if (file !== undefined) {
        response.writeHead(200, { ...HEADERS, 'Content-Type': file[1] });
        response.end(await readFile(new URL(`../../dist/${file[0]}`, import.meta.url)));
        return;
    }
    const subject = /(?:^|; )account=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (!path.startsWith('/api/') || subject === undefined) {
        response.writeHead(subject === undefined ? 499 : 404, HEADERS).end();
        return;
    }
    newsroom.time = Date.now();
    const sent = await bodyOf(request);
    const type = request.headers['content-type'];
    const body = type === 'application/json' ? new TextDecoder().decode(sent) : sent;
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const method = request.method ?? 'GET';
    const given = await newsroom.fetchAs(subject)(path, { method, headers, body });
    const bytes = new Uint8Array(await given.arrayBuffer());
    response.writeHead(given.status, { ...HEADERS, 'Content-Type': given.headers.get('Content-Type') ?? 'text/plain' });
    response.end(bytes);
}

export interface Served {
    readonly url: string;
    close(): Promise<void>;
}

export function serve(newsroom: Newsroom): Promise<Served> {
    const server: Server = createServer((request, response) => {
        answer(newsroom, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    return new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => {
            const url = `http://desk.localhost:${(server.address() as AddressInfo).port}`;
            const close = () =>
                new Promise<void>((done) => {
                    server.closeAllConnections();
                    server.close(() => done());
                });
            resolve({ url, close });
        });
    });
}
