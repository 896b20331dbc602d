// The Worker that hashes, asked for one file after another.
import { expect, it } from 'vitest';
import { hex, sha256, utf8 } from '../src/formats/bytes';
import { hashersAt, hashing } from '../src/source/hashing';
import type { Hash } from '../src/source/wire';

/** Works on one message after another, each in its own time. */
function slowWorker(): Worker {
    const worker = { onmessage: null as ((event: { data: string }) => void) | null, onerror: null, postMessage };
    const hash = hashing((message) => worker.onmessage?.({ data: message }));
    let work: Promise<void> = Promise.resolve();
    function postMessage(message: Hash): void {
        work = work.then(() => new Promise((resolve) => setTimeout(resolve, 20))).then(() => hash(message));
    }
    return worker as unknown as Worker;
}

it('hashes a file by itself, though the one before it was given up while a cut was worked on', async () => {
    const hasher = hashersAt(slowWorker());
    const first = hasher();
    await first.take(utf8('of another file'), 15);
    first.drop();
    const second = hasher();
    const bytes = utf8('this file');
    await second.take(bytes.slice(), bytes.length);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await second.end()).toBe(hex(sha256(bytes)));
});
