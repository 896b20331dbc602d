// Content, padded and cut into segments, each a whole age file; and back, in bounded memory: one sealed segment and
// a few chunks at a time.
import { sha256 } from '@noble/hashes/sha2.js';
import { BrokenEvidence, type Bytes, concat, hex } from '../formats/bytes';
import { type Identity, openStream, sealStream } from './age';
import { SEGMENT, paddedSize, segmentCount } from './padding';

export interface Content {
    /** The true size, without padding. */
    readonly size: number;
    readonly sha256: string;
}

export interface SealedSegment {
    readonly number: number;
    readonly bytes: Bytes;
    readonly sha256: string;
}

const CHUNK = 65_536;

export async function digest(bytes: Bytes): Promise<string> {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** Feeds bytes in chunks, only as they are asked for. */
function feed(bytes: Uint8Array): ReadableStream<Uint8Array> {
    let at = 0;
    return new ReadableStream(
        {
            pull(controller) {
                if (at < bytes.length) {
                    controller.enqueue(bytes.subarray(at, at + CHUNK));
                    at += CHUNK;
                } else {
                    controller.close();
                }
            },
        },
        { highWaterMark: 0 },
    );
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = stream.getReader();
    let ended = false;
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) {
                ended = true;
                return;
            }
            yield value;
        }
    } catch (error) {
        ended = true;
        throw error;
    } finally {
        if (!ended) {
            // Whoever reads us has stopped; what is left of the segment is of no use.
            await reader.cancel().catch(() => undefined);
        }
    }
}

/**
 * Opens the segments of one content in their order. The last chunk is held back until size, padding and digest have
 * been found right, so whoever has all bytes has the right ones.
 */
export async function* openContent(
    fetchSegment: (number: number) => Promise<Bytes>,
    segments: readonly string[],
    content: Content,
    identity: Identity,
    segmentSize = SEGMENT,
): AsyncGenerator<Uint8Array, void, undefined> {
    const padded = paddedSize(content.size);
    const count = segmentCount(content.size, segmentSize);
    if (segments.length !== count) {
        throw new BrokenEvidence('the segments', `${count} for this size`, String(segments.length));
    }
    const whole = sha256.create();
    let at = 0;
    let held: Uint8Array | undefined;
    for (let number = 0; number < count; number++) {
        const sealed = await fetchSegment(number);
        const found = await digest(sealed);
        if (found !== segments[number]) {
            throw new BrokenEvidence(`segment ${number}`, segments[number] ?? '', found);
        }
        const end = Math.min(padded, (number + 1) * segmentSize);
        for await (const chunk of chunksOf(await openStream(feed(sealed), identity))) {
            const own = chunk.subarray(0, Math.max(0, Math.min(chunk.length, content.size - at)));
            if (chunk.subarray(own.length).some((byte) => byte !== 0)) {
                throw new BrokenEvidence(`segment ${number}`, 'zero bytes after the content', 'others');
            }
            at += chunk.length;
            if (at > end) {
                throw new BrokenEvidence(`segment ${number}`, `content up to byte ${end}`, 'more');
            }
            if (own.length > 0) {
                whole.update(own);
                if (held !== undefined) {
                    yield held;
                }
                held = own;
            }
        }
        if (at !== end) {
            throw new BrokenEvidence(`segment ${number}`, `content up to byte ${end}`, `up to byte ${at}`);
        }
    }
    const found = hex(whole.digest());
    if (found !== content.sha256) {
        throw new BrokenEvidence('the content', content.sha256, found);
    }
    if (held !== undefined) {
        yield held;
    }
}

/** The whole of a content that is known to be small. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Bytes> {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) {
        parts.push(chunk);
    }
    return concat(...parts);
}

/** Pads and seals content, one segment at a time; refuses content of another size or digest than it was given. */
export async function* sealContent(
    content: AsyncIterable<Uint8Array, void, undefined>,
    known: Content,
    recipient: string,
    segmentSize = SEGMENT,
): AsyncGenerator<SealedSegment, void, undefined> {
    const whole = sha256.create();
    const source = content[Symbol.asyncIterator]();
    let rest: Uint8Array = new Uint8Array(0);
    let taken = 0;
    const next = async (limit: number): Promise<Uint8Array> => {
        while (rest.length === 0 && taken < known.size) {
            const { done, value } = await source.next();
            if (done === true) {
                throw new BrokenEvidence('the content', `${known.size} bytes`, `${taken}`);
            }
            whole.update(value);
            taken += value.length;
            rest = value;
        }
        if (taken > known.size) {
            throw new BrokenEvidence('the content', `${known.size} bytes`, 'more');
        }
        const chunk = rest.length > 0 ? rest.subarray(0, limit) : new Uint8Array(Math.min(limit, CHUNK));
        rest = rest.subarray(Math.min(rest.length, chunk.length));
        return chunk;
    };
    const padded = paddedSize(known.size);
    const count = segmentCount(known.size, segmentSize);
    for (let number = 0; number < count; number++) {
        let left = Math.min(segmentSize, padded - number * segmentSize);
        const plain = new ReadableStream<Uint8Array>(
            {
                async pull(controller) {
                    if (left === 0) {
                        controller.close();
                        return;
                    }
                    const chunk = await next(left);
                    left -= chunk.length;
                    controller.enqueue(chunk);
                },
            },
            { highWaterMark: 0 },
        );
        const bytes = await collect(chunksOf(await sealStream(plain, recipient)));
        const last = number === count - 1;
        if (last) {
            let more = await source.next();
            while (more.done !== true && more.value.length === 0) {
                more = await source.next();
            }
            const found = hex(whole.digest());
            if (more.done !== true || found !== known.sha256) {
                throw new BrokenEvidence('the content', known.sha256, more.done === true ? found : 'more bytes');
            }
        }
        yield { number, bytes, sha256: await digest(bytes) };
    }
}
