// The page's side of the Worker: it asks, and never sees a key.
import type { Event, Reason } from '../source/told';
import type { Ask, Call, Name, Reply, Result, Start } from '../source/wire';

/** Not done, and why. */
export class NotDone extends Error {
    override name = 'NotDone';

    constructor(
        readonly reason: Reason,
        message: string,
    ) {
        super(message);
    }
}

interface Waiting {
    resolve(result: unknown): void;
    reject(error: Error): void;
}

export class Clerk {
    private last = 0;
    private readonly waiting = new Map<number, Waiting>();
    private listener: (event: Event) => void = () => undefined;

    constructor(
        private readonly worker: Worker,
        broken: () => void,
    ) {
        worker.onmessage = (event: MessageEvent<Reply>) => this.take(event.data);
        worker.onerror = (event) => {
            event.preventDefault();
            this.waiting.forEach((it) => it.reject(new Error('the Worker failed')));
            this.waiting.clear();
            broken();
        };
    }

    /** Answers how many MB a second the Worker gets through, if they are few. */
    start(start: Start): Promise<number | undefined> {
        return this.call((id) => ({ id, start })) as Promise<number | undefined>;
    }

    ask<N extends Name>(name: N, ...[ask]: Ask<N> extends undefined ? [] : [Ask<N>]): Promise<Result<N>> {
        return this.call((id) => ({ id, name, ask })) as Promise<Result<N>>;
    }

    listen(listener: (event: Event) => void): void {
        this.listener = listener;
    }

    private call(of: (id: number) => Call): Promise<unknown> {
        const id = ++this.last;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.worker.postMessage(of(id));
        });
    }

    private take(reply: Reply): void {
        if ('event' in reply) {
            this.listener(reply.event);
            return;
        }
        const waiting = this.waiting.get(reply.id);
        this.waiting.delete(reply.id);
        if ('reason' in reply) {
            waiting?.reject(new NotDone(reply.reason, reply.message));
        } else {
            waiting?.resolve(reply.result);
        }
    }
}
