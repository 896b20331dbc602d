// Seals a cut as one age file (docs/spec/envelope.md §3), all of it in memory: at most 64 MiB. The header is the library's; the
// payload is sealed here, by WebCrypto where it knows the cipher (several times faster), else by the library's cipher.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Encrypter } from 'age-encryption';
import { type Bytes, Malformed, random, utf8 } from '../formats/bytes';

const CHUNK = 65_536;
const TAG = 16;
const NONCE = 16;

/** The engine is given so many chunks at once: enough to keep it busy, few enough to be stopped between. */
const AT_ONCE = 64;

interface Cipher {
    /** Seals a chunk to its place in the file. */
    chunk(nonce: Bytes, plain: Bytes, to: Uint8Array): Promise<void>;
}

/** How long a cut is once it is sealed to one recipient. */
export function sealedSize(cut: number): number {
    return 1643 + cut + TAG * Math.max(1, Math.ceil(cut / CHUNK));
}

/** `native` false: without WebCrypto's cipher, for tests. */
export async function sealCut(cut: Bytes, recipient: string, native = true): Promise<Bytes> {
    const { header, fileKey } = await freshHeader(recipient);
    // Another nonce than the empty file had that the header comes from: one key seals one payload.
    const nonce = random(NONCE);
    const key = hkdf(sha256, fileKey, nonce, utf8('payload'), 32);
    fileKey.fill(0);
    const chunks = Math.max(1, Math.ceil(cut.length / CHUNK));
    const sealed = new Uint8Array(header.length + NONCE + cut.length + TAG * chunks);
    sealed.set(header);
    sealed.set(nonce, header.length);
    const cipher = (native ? await webCipher(key) : undefined) ?? ownCipher(key);
    const begin = header.length + NONCE;
    for (let from = 0; from < chunks; from += AT_ONCE) {
        const some: Promise<void>[] = [];
        for (let i = from; i < Math.min(from + AT_ONCE, chunks); i++) {
            const plain = cut.subarray(i * CHUNK, (i + 1) * CHUNK);
            const at = begin + i * (CHUNK + TAG);
            some.push(cipher.chunk(counter(i, i === chunks - 1), plain, sealed.subarray(at, at + plain.length + TAG)));
        }
        await Promise.all(some);
    }
    key.fill(0);
    return sealed;
}

/** The header of a file of its own, and the file key that it seals. */
async function freshHeader(recipient: string): Promise<{ header: Bytes; fileKey: Uint8Array }> {
    if (!/^age1pq1[0-9a-z]+$/.test(recipient)) {
        throw new Malformed('not a post-quantum age recipient');
    }
    const age = new Encrypter();
    age.addRecipient(recipient);
    const held: Uint8Array[] = [];
    age.addRecipient({
        wrapFileKey(key: Uint8Array) {
            held.push(key.slice());
            return [];
        },
    });
    const empty = await age.encrypt(new Uint8Array(0));
    const [fileKey] = held;
    if (fileKey === undefined) {
        throw new Error('the library has sealed without a file key');
    }
    return { header: empty.slice(0, -(NONCE + TAG)), fileKey };
}

function counter(i: number, last: boolean): Bytes {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, i);
    nonce[11] = last ? 1 : 0;
    return nonce;
}

function ownCipher(key: Uint8Array): Cipher {
    return {
        chunk(nonce, plain, to) {
            chacha20poly1305(key, nonce).encrypt(plain, to);
            return Promise.resolve();
        },
    };
}

const NAME = 'ChaCha20-Poly1305';

/** WebCrypto's cipher (WICG Modern Algorithms), where the browser has it. */
async function webCipher(key: Uint8Array): Promise<Cipher | undefined> {
    const { subtle } = crypto;
    try {
        const held = await subtle.importKey('raw-secret' as 'raw', key.slice(), NAME, false, ['encrypt']);
        return {
            async chunk(iv, plain, to) {
                to.set(new Uint8Array(await subtle.encrypt({ name: NAME, iv }, held, plain)));
            },
        };
    } catch {
        return undefined;
    }
}
