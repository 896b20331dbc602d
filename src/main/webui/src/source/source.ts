// One source's visit, without a page: everything that only the Worker may know. Codename, seed and keys never leave it, but
// for the codename's words while the page shows them.
import { Malformed, hex, random, utf8 } from '../formats/bytes';
import type { Trust } from '../formats/trust';
import { seal } from '../sealed/age';
import { beginCase } from './beginning';
import { type Derived, derive } from './codename';
import { fileContent, letters, wrongWith } from './contents';
import { ANEW, type CaseAnswer, type Generation, type Intake, type Proof, Refused, type Transport, type WishWord } from './drop-api';
import { Link, Stopped } from './link';
import { Gate, Patience, type Sleep } from './patience';
import { receiptOf } from './receipt';
import { Untraced, followed, traced } from './receivers';
import { type Content, type Hasher, type Means, OtherFile, Sending, type Stage } from './sending';
import { exhibitLine, openUnfinished, replyView, unfinishedView } from './shown';
import { type CaseView, type Event, type Terms, type Wrong, reasonOf } from './told';
import { COUNT, below, generate, parse, typedWords } from './words';

export interface Surroundings {
    readonly transport: Transport;
    readonly sleep: Sleep;
    readonly hasher: () => Hasher;
    readonly segmentSize: number;
    tell(event: Event): void;
}

const ROUNDS = 5;

interface Opened {
    readonly answer: CaseAnswer;
    readonly recipient: string;
}

export class Source {
    private readonly gate = new Gate();
    private readonly patience: Patience;
    private readonly link: Link;
    private readonly means: Means;
    private intake: Intake | undefined;
    private trust: Trust | undefined;
    private shown: { readonly words: readonly string[]; readonly asked: number } | undefined;
    private derived: Derived | undefined;
    private begins = false;
    private opened: Opened | undefined;
    /** Whether something of this case is finished: then it is no first message any more. */
    private said = false;
    private keys = 0;
    private queue: Promise<void> = Promise.resolve();
    private readonly under = new Map<number, Sending>();
    /** What was to be sent, and the exhibit that it was begun as: so that it can be tried again. */
    private readonly sent = new Map<number, { readonly content: Content; exhibit?: string }>();
    private readonly givenUp = new Set<number>();

    constructor(
        private readonly around: Surroundings,
        /** As the page has it from whoever wrote it; the ledger must say the same. */
        private readonly known: { readonly genesis?: string; readonly instance?: string } = {},
    ) {
        this.patience = new Patience(around.sleep, (delay) => around.tell({ kind: 'delay', delay }));
        this.link = new Link(around.transport, this.patience, this.gate);
        this.means = { link: this.link, hasher: around.hasher, segmentSize: around.segmentSize };
    }

    /** What holds here, followed from the genesis. */
    async terms(): Promise<Terms> {
        const { genesis, origin, limit, firstMessage, beat } = await this.look();
        return { genesis, origin, limit, firstMessage, beat };
    }

    /** A fresh codename, to be shown, and the number of the word that is asked back. */
    async begin(): Promise<{ readonly words: readonly string[]; readonly asked: number; readonly terms: Terms }> {
        const terms = await this.terms();
        this.shown = { words: generate(), asked: 1 + below(COUNT) };
        return { ...this.shown, terms };
    }

    /** Whether this is the word. Then the codename is forgotten, and what follows from it stays. */
    async confirm(ask: { word: string }): Promise<boolean> {
        const { shown, intake } = this;
        if (shown === undefined || intake === undefined) {
            throw new Malformed('no codename is shown');
        }
        if (ask.word.normalize('NFKD').trim().toLowerCase() !== shown.words[shown.asked - 1]) {
            return false;
        }
        this.derived = await derive(shown.words, intake.instance);
        this.shown = undefined;
        this.begins = true;
        await this.link.enter(this.derived, true);
        return true;
    }

    /** A typed codename. Answers the numbers of words that none has, where it is none; else what it leads to, if anything. */
    async comeBack(ask: { typed: string }): Promise<{ readonly unknown?: readonly number[]; readonly view?: CaseView }> {
        const words = parse(ask.typed);
        if (words === undefined) {
            const typed = typedWords(ask.typed);
            return { unknown: typed.words.length === COUNT ? typed.unknown : [] };
        }
        let instance = this.known.instance;
        try {
            instance = (await this.look()).instance;
        } catch (error) {
            // What arrived can be seen while nothing is taken in.
            if (!(error instanceof Refused) || error.guard !== 'closed' || instance === undefined) {
                throw error;
            }
        }
        this.derived = await derive(words, instance);
        await this.link.enter(this.derived, false);
        return (await this.theCase()) === undefined ? {} : { view: await this.view() };
    }

    async view(): Promise<CaseView> {
        const answer = await this.theCase();
        if (answer === undefined) {
            return { lines: [], unfinished: [], replies: [], wishes: [], waits: false };
        }
        const { identity } = this.mustDerived();
        const lines = await Promise.all(answer.exhibits.filter((it) => it.stub !== null).map((it) => exhibitLine(identity, answer, it)));
        const replies = await Promise.all(answer.replies.map((it, i) => replyView(identity, answer, it, i + 1)));
        const unfinished = await Promise.all(answer.unfinished.map((it) => unfinishedView(identity, answer, it, this.around.segmentSize)));
        return {
            lines,
            unfinished: unfinished.flatMap((it) => it ?? []),
            replies: replies.flatMap((it) => it ?? []).reverse(),
            wishes: answer.wishes,
            waits: lines.some((line) => line.index === null),
        };
    }

    /** Puts them in the queue, the message first, unless something is wrong with one of them. */
    send(ask: { message: string; files: readonly File[] }): { readonly wrong?: Wrong; readonly keys: readonly number[] } {
        const least = this.said ? 0 : (this.intake?.firstMessage ?? 0);
        const wrong = wrongWith(ask.message, ask.files, least, this.intake?.limit ?? 0);
        if (wrong !== undefined) {
            return { wrong, keys: [] };
        }
        const contents: Content[] = ask.files.map(fileContent);
        const words = utf8(ask.message.toWellFormed());
        if (letters(ask.message) > 0) {
            contents.unshift({ of: 'message', mediaType: 'text/plain; charset=utf-8', bytes: new Blob([words]) });
        }
        return { keys: contents.map((content) => this.enqueue(content, (key) => this.fresh(key, content))) };
    }

    /** Goes on with what was begun, from the file that is chosen again. */
    goOn(ask: { exhibit: string; file: File }): { readonly key: number } {
        const content = fileContent(ask.file);
        return { key: this.enqueue(content, (key) => this.further(key, ask.exhibit, content)) };
    }

    /** Tries once more what has failed; what of it is there is not sent again. */
    again(ask: { key: number }): { readonly key: number } {
        const failed = this.sent.get(ask.key);
        if (failed === undefined) {
            throw new Malformed('nothing failed under this key');
        }
        const { content, exhibit } = failed;
        const work = (key: number) => (exhibit === undefined ? this.fresh(key, content) : this.further(key, exhibit, content));
        return { key: this.enqueue(content, work) };
    }

    /** Gives up one that is in the queue. */
    stop(ask: { key: number }): void {
        this.givenUp.add(ask.key);
        this.under.get(ask.key)?.giveUp();
        this.patience.now();
        this.goOnSending();
    }

    /** Gives up one that was begun earlier. */
    async giveUp(ask: { exhibit: string }): Promise<CaseView> {
        await this.link.ask('DELETE', `/api/exhibits/${ask.exhibit}`);
        return this.view();
    }

    pause(): void {
        this.gate.close();
    }

    goOnSending(): void {
        if (this.gate.isClosed) {
            this.gate.open();
        }
    }

    /** The network is back, or the source does not want to wait. */
    now(): void {
        this.patience.now();
    }

    async seen(ask: { replies: readonly string[] }): Promise<void> {
        await this.link.ask('POST', '/api/replies/seen', { replies: ask.replies });
    }

    async removeReply(ask: { reply: string }): Promise<CaseView> {
        await this.link.ask('POST', `/api/replies/${ask.reply}/remove`);
        return this.view();
    }

    async forget(ask: { exhibit: string }): Promise<CaseView> {
        await this.link.ask('POST', `/api/exhibits/${ask.exhibit}/forget`);
        return this.view();
    }

    async wish(ask: { wish: WishWord }): Promise<CaseView> {
        await this.link.ask('POST', '/api/wishes', { wish: ask.wish });
        return this.view();
    }

    /** A receipt, checked before it is given out; undefined before its beat. */
    async receipt(ask: { exhibit: string; plain: boolean }): Promise<Uint8Array<ArrayBuffer> | undefined> {
        const answer = await this.theCase();
        const line = answer?.exhibits.find((it) => it.exhibit === ask.exhibit);
        const proof = await this.proof(`/api/exhibits/${ask.exhibit}/proof`);
        if (answer === undefined || line === undefined || proof === undefined) {
            return undefined;
        }
        const { identity } = this.mustDerived();
        const receipt = await receiptOf(identity, this.trust ?? (await this.ledger()), answer, line, proof);
        return ask.plain ? receipt : seal(receipt, identity.recipient);
    }

    async leave(): Promise<void> {
        this.gate.close();
        this.derived = undefined;
        this.shown = undefined;
        await this.link.leave();
    }

    private async look(): Promise<Intake> {
        const intake = (await this.link.public('/api/intake')) as Intake;
        this.trust = followed(intake, this.known.genesis);
        this.intake = intake;
        return intake;
    }

    private async ledger(): Promise<Trust> {
        await this.look();
        return this.trust ?? Promise.reject(new Malformed('no ledger'));
    }

    private mustDerived(): Derived {
        if (this.derived === undefined) {
            throw new Malformed('no codename was confirmed');
        }
        return this.derived;
    }

    private async theCase(): Promise<CaseAnswer | undefined> {
        try {
            const answer = (await this.link.ask('GET', '/api/case')) as CaseAnswer;
            this.said ||= answer.exhibits.length > 0;
            // What the ledger was followed to says more than the server's word.
            const { origin, origins } = this.trust ?? answer;
            return { ...answer, origin, origins };
        } catch (error) {
            if (error instanceof Refused && error.guard === 'no-case') {
                return undefined;
            }
            throw error;
        }
    }

    private async proof(path: string): Promise<Proof | undefined> {
        try {
            return (await this.link.ask('GET', path)) as Proof;
        } catch (error) {
            if (error instanceof Refused && error.guard === 'not-yet') {
                return undefined;
            }
            throw error;
        }
    }

    /** The case with a recipient that was traced; begun if this codename may. */
    private async ready(anew: boolean): Promise<Opened> {
        if (this.opened !== undefined && !anew) {
            return this.opened;
        }
        const trust = this.trust ?? (await this.ledger());
        const answer = (await this.theCase()) ?? (this.begins ? await this.beginCase() : undefined);
        if (answer === undefined) {
            throw new Refused(404, 'no-case', '', undefined, [], undefined);
        }
        this.opened = { answer, recipient: await this.trace(trust, answer, answer.generation) };
        return this.opened;
    }

    private async trace(trust: Trust, answer: CaseAnswer, generation: Generation): Promise<string> {
        const { identity, keeper } = this.mustDerived();
        const own = { trust, keeper, case: answer.case, source: identity.recipient };
        try {
            return await traced(own, generation, () => this.proof('/api/case/opened'));
        } catch (error) {
            if (error instanceof Untraced || generation.generation === 0) {
                throw error;
            }
            // Whoever made it may count since we last looked: a newer ledger decides.
            return traced({ ...own, trust: await this.ledger() }, generation, () => this.proof('/api/case/opened'));
        }
    }

    private beginCase(): Promise<CaseAnswer> {
        return beginCase(this.link, this.mustDerived(), async (anew) => {
            const intake = this.intake === undefined || anew ? await this.look() : this.intake;
            return intake.receivers;
        });
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
                this.said = true;
                this.sent.delete(key);
                this.around.tell({ kind: 'arrived', key, number });
            } catch (error) {
                this.around.tell({ kind: 'failed', key, reason: reasonOf(error) });
            } finally {
                this.under.delete(key);
            }
        });
        return key;
    }

    private async fresh(key: number, content: Content): Promise<number> {
        for (let round = 1; ; round++) {
            const { answer, recipient } = await this.ready(round > 1);
            const { generation } = answer.generation;
            const place = { origin: answer.origin, case: answer.case, exhibit: hex(random(16)), generation };
            const sending = new Sending(this.means, content, place, recipient, this.watcher(key));
            try {
                this.begun(key, sending);
                await sending.begin();
                return await this.finished(sending);
            } catch (error) {
                if (!(error instanceof Refused) || !ANEW.has(error.guard) || round === ROUNDS) {
                    throw error;
                }
            }
        }
    }

    private async further(key: number, exhibit: string, content: Content): Promise<number> {
        const trust = this.trust ?? (await this.ledger());
        const answer = await this.theCase();
        const line = answer?.unfinished.find((it) => it.exhibit === exhibit);
        if (answer === undefined || line === undefined) {
            return this.fresh(key, content);
        }
        const begun = await openUnfinished(this.mustDerived().identity, answer, line);
        if (begun.size !== content.bytes.size || begun.of !== content.of) {
            throw new OtherFile();
        }
        const made = [answer.generation, ...(answer.earlier ?? [])].find((it) => it.generation === line.generation);
        if (made === undefined) {
            // Its key cannot be traced any more: under the newest, from its beginning.
            await this.link.ask('DELETE', `/api/exhibits/${exhibit}`);
            return this.fresh(key, content);
        }
        const recipient = await this.trace(trust, answer, made);
        const place = { origin: begun.origin, case: answer.case, exhibit, generation: line.generation };
        const sending = new Sending(this.means, content, place, recipient, this.watcher(key), line.segments);
        this.begun(key, sending);
        return this.finished(sending);
    }

    private begun(key: number, sending: Sending): void {
        this.under.set(key, sending);
        const sent = this.sent.get(key);
        if (sent !== undefined) {
            sent.exhibit = sending.place.exhibit;
        }
    }

    private async finished(sending: Sending): Promise<number> {
        try {
            return await sending.run();
        } catch (error) {
            if (error instanceof Stopped) {
                await this.link.ask('DELETE', `/api/exhibits/${sending.place.exhibit}`);
            }
            throw error;
        }
    }

    private watcher(key: number) {
        return {
            moved: (stage: Stage, done: number, total: number) => this.around.tell({ kind: 'moved', key, stage, done, total }),
        };
    }
}
