// Turns what a page offers into an attachment that streams as fast as the browser writes it.
import type { Pulled } from '../keys/wire';
import { disposition } from './names';
import type { Offered } from './wire';

export function attachment(offered: Offered): Response {
    return new Response(streamOf(offered), {
        headers: {
            'Content-Type': 'application/octet-stream',
            'Content-Disposition': disposition(offered.name),
            'Content-Length': String(offered.size),
            'Content-Security-Policy': "default-src 'none'; sandbox",
            'X-Content-Type-Options': 'nosniff',
            'Cross-Origin-Resource-Policy': 'same-origin',
            'Referrer-Policy': 'no-referrer',
            'Cache-Control': 'no-store',
        },
    });
}

function streamOf({ port, size }: Offered): ReadableStream<Uint8Array> {
    let given = 0;
    return new ReadableStream<Uint8Array>(
        {
            pull: (controller) =>
                new Promise((resolve) => {
                    port.onmessage = (event: MessageEvent<Pulled>) => {
                        const pulled = event.data;
                        if ('chunk' in pulled) {
                            given += pulled.chunk.byteLength;
                            controller.enqueue(new Uint8Array(pulled.chunk));
                        } else if ('end' in pulled && given === size) {
                            controller.close();
                        } else {
                            // The browser shows a failed download and keeps no file.
                            controller.error(new Error('error' in pulled ? pulled.error : 'ended early'));
                        }
                        resolve();
                    };
                    port.postMessage('pull');
                }),
            cancel: () => port.postMessage('cancel'),
        },
        { highWaterMark: 2 },
    );
}
