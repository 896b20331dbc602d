// What a source sends, one after another: begun, gone on with, tried again, given up.
import { Malformed, hex, random } from '../formats/bytes';
import { ANEW, Refused } from './drop-api';
import { type Link, Stopped } from './link';
import type { OwnCase } from './own-case';
import { type Content, type Means, OtherFile, Sending, type Stage } from './sending';
import { openUnfinished } from './shown';
import { type Event, reasonOf } from './told';
import type { Turns } from './turns';

const ROUNDS = 5;

export class Outbox {
    private keys = 0;
    private queue: Promise<void> = Promise.resolve();
    private readonly under = new Map<number, Sending>();
    /** What was to be sent, and the exhibit that it was begun as: so that it can be tried again. */
    private readonly sent = new Map<number, { readonly content: Content; exhibit?: string }>();
    private readonly givenUp = new Set<number>();

    constructor(
        private readonly link: Link,
        private readonly means: Means,
        private readonly own: OwnCase,
        private readonly turns: Turns,
        private readonly tell: (event: Event) => void,
    ) {}

    send(content: Content): number {
        return this.enqueue(content, (key) => this.fresh(key, content));
    }

    /** Goes on with what was begun. */
    goOn(exhibit: string, content: Content): number {
        return this.enqueue(content, (key) => this.further(key, exhibit, content));
    }

    /** Tries once more what has failed; what of it is there is not sent again. */
    again(failed: number): number {
        const sent = this.sent.get(failed);
        if (sent === undefined) {
            throw new Malformed('nothing failed under this key');
        }
        const { content, exhibit } = sent;
        return exhibit === undefined ? this.send(content) : this.goOn(exhibit, content);
    }

    stop(key: number): void {
        this.givenUp.add(key);
        this.under.get(key)?.giveUp();
    }

    private enqueue(content: Content, work: (key: number) => Promise<number>): number {
        const key = ++this.keys;
        this.sent.set(key, { content });
        this.queue = this.queue.then(async () => {
            try {
                if (this.givenUp.has(key)) {
                    throw new Stopped();
                }
                const number = await work(key);
                this.own.says();
                this.sent.delete(key);
                this.tell({ kind: 'arrived', key, number });
            } catch (error) {
                this.tell({ kind: 'failed', key, reason: reasonOf(error) });
            } finally {
                this.under.delete(key);
            }
        });
        return key;
    }

    private async fresh(key: number, content: Content): Promise<number> {
        for (let round = 1; ; round++) {
            const { answer, recipient } = await this.own.ready(round > 1);
            const { generation } = answer.generation;
            const place = { origin: answer.origin, case: answer.case, exhibit: hex(random(16)), generation };
            const sending = new Sending(this.means, content, place, recipient, this.watcher(key));
            try {
                this.begun(key, sending);
                return await this.carried(sending, () => sending.begin());
            } catch (error) {
                if (!(error instanceof Refused) || !ANEW.has(error.guard) || round === ROUNDS) {
                    throw error;
                }
            }
        }
    }

    private async further(key: number, exhibit: string, content: Content): Promise<number> {
        const ledgers = await this.own.ledgers();
        const answer = await this.own.read();
        const finished = answer?.exhibits.find((it) => it.exhibit === exhibit);
        if (answer !== undefined && finished !== undefined) {
            // Its end was not heard of here.
            const { generation } = finished;
            const place = { origin: answer.origin, case: answer.case, exhibit, generation };
            const sending = new Sending(this.means, content, place, '', this.watcher(key));
            this.under.set(key, sending);
            return sending.arrivedAs(answer, finished);
        }
        const line = answer?.unfinished.find((it) => it.exhibit === exhibit);
        if (answer === undefined || line === undefined) {
            return this.fresh(key, content);
        }
        const begun = await openUnfinished(this.own.derived.identity, answer, line);
        if (begun.size !== content.bytes.size || begun.of !== content.of) {
            throw new OtherFile();
        }
        const made = [answer.generation, ...(answer.earlier ?? [])].find((it) => it.generation === line.generation);
        if (made === undefined) {
            // Its key cannot be traced any more: under the newest, from its beginning.
            await this.link.ask('DELETE', `/api/exhibits/${exhibit}`);
            return this.fresh(key, content);
        }
        const recipient = await this.own.trace(ledgers, answer, made);
        const place = { origin: begun.origin, case: answer.case, exhibit, generation: line.generation };
        const sending = new Sending(this.means, content, place, recipient, this.watcher(key), line.segments);
        this.begun(key, sending);
        return this.carried(sending);
    }

    private begun(key: number, sending: Sending): void {
        this.under.set(key, sending);
        const sent = this.sent.get(key);
        if (sent !== undefined) {
            sent.exhibit = sending.place.exhibit;
        }
    }

    /** Removes what has come of it. */
    giveUp(exhibit: string): Promise<void> {
        return this.turns.unlessSending(exhibit, async () => {
            await this.link.ask('DELETE', `/api/exhibits/${exhibit}`);
        });
    }

    private async carried(sending: Sending, first: () => Promise<void> = () => Promise.resolve()): Promise<number> {
        const { exhibit } = sending.place;
        try {
            return await this.turns.sending(exhibit, async () => {
                await first();
                return sending.run();
            });
        } catch (error) {
            if (error instanceof Stopped) {
                await this.giveUp(exhibit);
            }
            throw error;
        }
    }

    private watcher(key: number) {
        return {
            moved: (stage: Stage, done: number, total: number) => this.tell({ kind: 'moved', key, stage, done, total }),
        };
    }
}
