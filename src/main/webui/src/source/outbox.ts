// What a source sends, one after another: begun, gone on with, tried again, given up.
import { Malformed, hex, random } from '../formats/bytes';
import { ArrivedBefore, Before } from './before';
import { ANEW, type CaseAnswer, Refused, type UnfinishedLine } from './drop-api';
import { type Link, Stopped } from './link';
import type { OwnCase } from './own-case';
import { type Content, type Means, OtherFile, Sending, type Stage } from './sending';
import { openUnfinished } from './shown';
import { type Event, reasonOf } from './told';
import { Elsewhere, type Turns } from './turns';

const ROUNDS = 5;

export class Outbox {
    private keys = 0;
    private queue: Promise<void> = Promise.resolve();
    private readonly under = new Map<number, Sending>();
    /** What was to be sent, and the exhibit that it was begun as: so that it can be tried again. */
    private readonly sent = new Map<number, { readonly content: Content; exhibit?: string }>();
    private readonly givenUp = new Set<number>();
    private readonly before: Before;

    constructor(
        private readonly link: Link,
        private readonly means: Means,
        private readonly own: OwnCase,
        private readonly turns: Turns,
        private readonly tell: (event: Event) => void,
    ) {
        this.before = new Before(own);
    }

    /** @param anyway also what has arrived before */
    send(content: Content, anyway = false): number {
        return this.enqueue(content, (key) => (content.of === 'file' ? this.chosen(key, content, anyway) : this.fresh(key, content)));
    }

    /** Goes on with what was begun. */
    goOn(exhibit: string, content: Content): number {
        return this.enqueue(content, (key) => this.further(key, exhibit, content));
    }

    /** Tries once more what has failed; what of it is there is not sent again. */
    again(failed: number, anyway = false): number {
        const sent = this.sent.get(failed);
        if (sent === undefined) {
            throw new Malformed('nothing failed under this key');
        }
        const { content, exhibit } = sent;
        return exhibit === undefined ? this.send(content, anyway) : this.goOn(exhibit, content);
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
                const before = error instanceof ArrivedBefore ? { number: error.number } : {};
                this.tell({ kind: 'failed', key, reason: reasonOf(error), ...before });
            } finally {
                this.under.delete(key);
            }
        });
        return key;
    }

    /** A file that may have arrived, or be begun. */
    private async chosen(key: number, content: Content, anyway: boolean): Promise<number> {
        const answer = await this.own.before();
        const { size } = content.bytes;
        if (answer === undefined) {
            return this.fresh(key, content);
        }
        if (!anyway && size > 0) {
            await this.before.refuseArrived(answer, size, () => this.at(key, content, answer).digest());
        }
        let other = false;
        for (const line of await this.before.begun(answer, size)) {
            if (line.segments.length === 0) {
                await this.cleared(line.exhibit);
            } else if (await this.at(key, content, answer, line).recognizes()) {
                this.tell({ kind: 'noted', key, note: 'begun' });
                try {
                    return await this.further(key, line.exhibit, content);
                } catch (error) {
                    if (!(error instanceof OtherFile)) {
                        throw error;
                    }
                    other = true;
                }
            } else {
                other = true;
            }
        }
        if (other) {
            this.tell({ kind: 'noted', key, note: 'other' });
        }
        return this.fresh(key, content);
    }

    /** To be looked at, and sent nowhere. */
    private at(key: number, content: Content, answer: CaseAnswer, line?: UnfinishedLine): Sending {
        const { generation } = answer.generation;
        const place = { origin: answer.origin, case: answer.case, exhibit: line?.exhibit ?? hex(random(16)), generation };
        const sending = new Sending(this.means, content, place, '', this.watcher(key), line?.segments);
        this.takes(key, sending);
        return sending;
    }

    /** Nothing of it has come: it is begun anew, unless another tab is just about it. */
    private async cleared(exhibit: string): Promise<void> {
        try {
            await this.giveUp(exhibit);
        } catch (error) {
            if (!(error instanceof Elsewhere)) {
                throw error;
            }
        }
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
            this.takes(key, sending);
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

    /** Also what was given up before it came to this. */
    private takes(key: number, sending: Sending): void {
        this.under.set(key, sending);
        if (this.givenUp.has(key)) {
            sending.giveUp();
        }
    }

    private begun(key: number, sending: Sending): void {
        this.takes(key, sending);
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
