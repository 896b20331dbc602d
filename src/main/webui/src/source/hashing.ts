// A Worker of its own for the hash of a whole file: while it works on one cut, the other seals the next.
import type { Bytes } from '../formats/bytes';
import { Sha256 } from './hash';
import type { Hasher } from './sending';
import type { Hash } from './wire';

/** What runs in that Worker: one file after another. */
export function hashing(reply: (message: string) => void): (ask: Hash) => void {
    let hash = new Sha256();
    return (ask) => {
        if (ask === 'end') {
            reply(hash.hex());
        } else if (ask !== 'drop') {
            hash.update(new Uint8Array(ask.take, 0, ask.length));
            reply('taken');
            return;
        }
        hash = new Sha256();
    };
}

interface Waiting {
    resolve(message: string): void;
    reject(error: Error): void;
}

/** The other side: makes a hasher for each file, one after another. One cut is with the Worker, no more. */
export function hashersAt(worker: Worker): () => Hasher {
    // In the order of what was asked, over all files: a file that is given up leaves an answer to come.
    const waiting: Waiting[] = [];
    worker.onmessage = (event: MessageEvent<string>) => waiting.shift()?.resolve(event.data);
    worker.onerror = () => waiting.splice(0).forEach((it) => it.reject(new Error('the hashing Worker failed')));
    const ask = (message: Hash, transfer: Transferable[] = []) =>
        new Promise<string>((resolve, reject) => {
            waiting.push({ resolve, reject });
            worker.postMessage(message, transfer);
        });
    return () => {
        let last: Promise<string> = Promise.resolve('taken');
        const next = async (message: Hash, transfer?: Transferable[]) => {
            await last;
            last = ask(message, transfer);
            last.catch(() => undefined);
        };
        return {
            take: (bytes: Bytes, length: number) => next({ take: bytes.buffer, length }, [bytes.buffer]),
            async end() {
                await next('end');
                return last;
            },
            // At once: what the next file asks comes after it.
            drop: () => worker.postMessage('drop' satisfies Hash),
        };
    };
}
