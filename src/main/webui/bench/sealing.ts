// What a source's Worker gets through: reading, sealing and hashing, with a server that takes everything at once. Runs as a Worker
// in the measured browser; the same program is the Worker that hashes.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { newIdentity } from '../src/sealed/age';
import { SEGMENT } from '../src/sealed/padding';
import { derive } from '../src/source/codename';
import type { Transport } from '../src/source/drop-api';
import { Sha256 } from '../src/source/hash';
import { hashersAt, hashing } from '../src/source/hashing';
import { Link } from '../src/source/link';
import { Gate, Patience } from '../src/source/patience';
import { sealCut } from '../src/source/seal';
import { Sending } from '../src/source/sending';
import { generate } from '../src/source/words';
import type { Hash } from '../src/source/wire';

const MB = 1_000_000;
const scope = self as unknown as { readonly name: string; onmessage: ((event: MessageEvent) => void) | null; postMessage(message: unknown): void };

async function rate(name: string, bytes: number, work: () => unknown): Promise<void> {
    await work();
    const begun = performance.now();
    await work();
    scope.postMessage(`${name.padEnd(52)} ${(bytes / MB / ((performance.now() - begun) / 1000)).toFixed(0).padStart(5)} MB/s`);
}

async function measure(address: string): Promise<void> {
    const cut = new Uint8Array(SEGMENT);
    for (let at = 0; at < cut.length; at += 65_536) {
        crypto.getRandomValues(cut.subarray(at, at + 65_536));
    }
    const { recipient } = await newIdentity();
    const part = cut.subarray(0, 16 * MB);
    await rate('SHA-256, WebCrypto, one cut at once', SEGMENT, () => crypto.subtle.digest('SHA-256', cut));
    await rate('SHA-256, piece by piece', part.length, () => new Sha256().update(part).digest());
    await rate('ChaCha20-Poly1305, noble, 64 KiB each', part.length, () => {
        for (let at = 0; at < part.length; at += 65_536) {
            chacha20poly1305(new Uint8Array(32), new Uint8Array(12)).encrypt(part.subarray(at, at + 65_536));
        }
    });
    await rate('a cut sealed without WebCrypto', 16 * MB, () => sealCut(cut.slice(0, 16 * MB), recipient, false));
    await rate('a cut sealed', SEGMENT, () => sealCut(cut, recipient));

    const helper = new Worker(address, { type: 'module', name: 'hash' });
    const taken = { status: 201, body: { number: 1 } };
    const transport: Transport = { ask: () => Promise.resolve(taken), put: () => Promise.resolve(taken) };
    const link = new Link(transport, new Patience(() => Promise.resolve(), () => undefined), new Gate());
    Object.assign(link, { own: await derive(generate(), '00'.repeat(32)) });
    const file = new Blob(Array.from({ length: 4 }, () => cut));
    const place = { origin: 'bench', case: '00'.repeat(16), exhibit: '00'.repeat(16), generation: 0 };
    const content = { of: 'file', name: 'bench', mediaType: 'application/octet-stream', bytes: file } as const;
    const means = { link, read: () => Promise.resolve(undefined), hasher: hashersAt(helper), segmentSize: SEGMENT };
    await rate('a file read, hashed, sealed, marked: 256 MiB', file.size, () =>
        new Sending(means, content, place, recipient, { moved: () => undefined }).run(),
    );
}

if (scope.name === 'hash') {
    const hash = hashing((message) => scope.postMessage(message));
    scope.onmessage = (event: MessageEvent<Hash>) => hash(event.data);
} else {
    scope.onmessage = (event: MessageEvent<string>) => {
        measure(event.data).then(
            () => scope.postMessage('end'),
            (error: unknown) => scope.postMessage(`end ${String(error)}`),
        );
    };
}
