// Hands a content over a port, chunk by chunk, as fast as the other side asks.
import type { Pull, Pulled } from './wire';

const LARGE = 524_288;

/** Ends when the content was taken to its end; fails if it could not be opened or was not wanted any more. */
export function pour(content: AsyncGenerator<Uint8Array, void, undefined>, port: MessagePort): Promise<void> {
    return new Promise((resolve, reject) => {
        const finish = (end: () => void) => {
            void content.return();
            // The last message is on its way: a port that is closed at once may lose it in some browsers.
            setTimeout(() => port.close(), 1000);
            end();
        };
        const fill = async () => {
            const parts: Uint8Array[] = [];
            let length = 0;
            while (length < LARGE) {
                const { done, value } = await content.next();
                if (done === true) {
                    break;
                }
                parts.push(value);
                length += value.length;
            }
            if (length === 0) {
                port.postMessage({ end: true } satisfies Pulled);
                finish(resolve);
                return;
            }
            const all = new Uint8Array(length);
            let at = 0;
            for (const part of parts) {
                all.set(part, at);
                at += part.length;
            }
            port.postMessage({ chunk: all.buffer } satisfies Pulled, [all.buffer]);
        };
        const fail = (error: unknown) => {
            const failure = error instanceof Error ? error : new Error(String(error));
            port.postMessage({ error: failure.message } satisfies Pulled);
            finish(() => reject(failure));
        };
        port.onmessage = (event: MessageEvent<Pull>) => {
            if (event.data === 'cancel') {
                finish(() => reject(new Error('the browser stopped saving')));
            } else {
                fill().catch(fail);
            }
        };
    });
}
