// The page's side: it asks the Worker and never sees a secret.
import type { Ask, Call, Name, Reply, Result } from './wire';
import type { Progress } from './keyring';

/** Something of the Worker that failed, under the name it had there. */
export class KeysFailed extends Error {
    constructor(
        override readonly name: string,
        message: string,
    ) {
        super(message);
    }
}

export interface Line {
    send(call: Call, transfer: Transferable[]): void;
    onReply(take: (reply: Reply) => void): void;
}

interface Waiting {
    readonly resolve: (result: unknown) => void;
    readonly reject: (error: Error) => void;
    readonly progress: Progress | undefined;
}

export class Keys {
    private last = 0;
    private readonly waiting = new Map<number, Waiting>();

    constructor(private readonly line: Line) {
        line.onReply((reply) => this.take(reply));
    }

    ask<N extends Name>(
        name: N,
        ask: Ask<N>,
        progress?: Progress,
        transfer: Transferable[] = [],
    ): Promise<Result<N>> {
        const id = ++this.last;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, progress });
            this.line.send({ id, name, ask }, transfer);
        });
    }

    private take(reply: Reply): void {
        const waiting = this.waiting.get(reply.id);
        switch (reply.kind) {
            case 'progress':
                waiting?.progress?.(reply.done, reply.total);
                return;
            case 'done':
                this.waiting.delete(reply.id);
                waiting?.resolve(reply.result);
                return;
            case 'failed':
                this.waiting.delete(reply.id);
                waiting?.reject(new KeysFailed(reply.error, reply.message));
                return;
        }
    }
}

/** The line to the real Worker. */
export function workerLine(worker: Worker): Line {
    return {
        send: (call, transfer) => worker.postMessage(call, transfer),
        onReply: (take) => {
            worker.onmessage = (event: MessageEvent<Reply>) => take(event.data);
        },
    };
}
