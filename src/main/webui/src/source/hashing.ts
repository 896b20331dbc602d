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

/** The other side: one cut is with it, no more. */
export function hasherAt(worker: Worker): Hasher {
    let last: Promise<string> = Promise.resolve('taken');
    const ask = (message: Hash, transfer: Transferable[] = []) =>
        new Promise<string>((resolve, reject) => {
            worker.onmessage = (event: MessageEvent<string>) => resolve(event.data);
            worker.onerror = () => reject(new Error('the hashing Worker failed'));
            worker.postMessage(message, transfer);
        });
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
        drop() {
            last = last.then(() => {
                worker.postMessage('drop' satisfies Hash);
                return 'taken';
            });
            last.catch(() => undefined);
        },
    };
}
