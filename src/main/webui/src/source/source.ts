// One source's visit, without a page: everything that only the Worker may know. Codename, seed and keys never leave it, but
// for the codename's words while the page shows them.
import { Malformed, utf8 } from '../formats/bytes';
import { seal } from '../sealed/age';
import { derive } from './codename';
import { fileContent, letters, wrongWith } from './contents';
import { type CaseAnswer, Refused, type Transport, type WishWord } from './drop-api';
import { Link } from './link';
import { Newsroom } from './newsroom';
import { Outbox } from './outbox';
import { OwnCase } from './own-case';
import { Gate, Patience, type Sleep } from './patience';
import { receiptOf } from './receipt';
import type { Content, Hasher } from './sending';
import { exhibitLine, replyView, unfinishedView } from './shown';
import type { Turns } from './turns';
import type { CaseView, Event, Terms, Wrong } from './told';
import { COUNT, below, generate, parse, typedWords } from './words';

export interface Surroundings {
    readonly transport: Transport;
    readonly sleep: Sleep;
    readonly hasher: () => Hasher;
    readonly turns: Turns;
    readonly segmentSize: number;
    tell(event: Event): void;
}

export class Source {
    private readonly gate = new Gate();
    private readonly patience: Patience;
    private readonly link: Link;
    private readonly newsroom: Newsroom;
    private readonly own: OwnCase;
    private readonly outbox: Outbox;
    private shown: { readonly words: readonly string[]; readonly asked: number } | undefined;

    /** @param known as the page has it from whoever wrote it; the ledger must say the same */
    constructor(
        private readonly around: Surroundings,
        known: { readonly genesis?: string; readonly instance?: string } = {},
    ) {
        this.patience = new Patience(around.sleep, (delay) => around.tell({ kind: 'delay', delay }));
        this.link = new Link(around.transport, this.patience, this.gate);
        this.newsroom = new Newsroom(this.link, known);
        this.own = new OwnCase(this.link, this.newsroom);
        const read = () => this.own.read();
        const means = { link: this.link, read, hasher: around.hasher, segmentSize: around.segmentSize };
        this.outbox = new Outbox(this.link, means, this.own, around.turns, (event) => around.tell(event));
    }

    /** What holds here, followed from the genesis. */
    async terms(): Promise<Terms> {
        const { genesis, origin, limit, firstMessage, beat } = await this.newsroom.look();
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
        const { shown } = this;
        const { intake } = this.newsroom;
        if (shown === undefined || intake === undefined) {
            throw new Malformed('no codename is shown');
        }
        if (ask.word.normalize('NFKD').trim().toLowerCase() !== shown.words[shown.asked - 1]) {
            return false;
        }
        const derived = await derive(shown.words, intake.instance);
        await this.own.enter(derived, true);
        // Not before: where the server fails, the same codename is confirmed again.
        this.shown = undefined;
        return true;
    }

    /** A typed codename. Answers the numbers of words that none has, where it is none; else what it leads to, if anything. */
    async comeBack(ask: { typed: string }): Promise<{ readonly unknown?: readonly number[]; readonly view?: CaseView }> {
        const words = parse(ask.typed);
        if (words === undefined) {
            const typed = typedWords(ask.typed);
            return { unknown: typed.words.length === COUNT ? typed.unknown : [] };
        }
        let { instance } = this.newsroom.known;
        try {
            instance = (await this.newsroom.look()).instance;
        } catch (error) {
            // What arrived can be seen while nothing is taken in.
            if (!(error instanceof Refused) || error.guard !== 'closed' || instance === undefined) {
                throw error;
            }
        }
        await this.own.enter(await derive(words, instance), false);
        const answer = await this.own.whole();
        return answer === undefined ? {} : { view: await this.shownOf(answer) };
    }

    async view(): Promise<CaseView> {
        return this.shownOf(await this.own.current());
    }

    private async shownOf(answer: CaseAnswer | undefined): Promise<CaseView> {
        if (answer === undefined) {
            return { lines: [], unfinished: [], replies: [], wishes: [], said: false, waits: false };
        }
        const { identity } = this.own.derived;
        const lines = await Promise.all(answer.exhibits.filter((it) => it.stub !== null).map((it) => exhibitLine(identity, answer, it)));
        const replies = await Promise.all(answer.replies.map((it, i) => replyView(identity, answer, it, i + 1)));
        const unfinished = await Promise.all(answer.unfinished.map((it) => unfinishedView(identity, answer, it, this.around.segmentSize)));
        return {
            lines,
            unfinished: unfinished.flatMap((it) => it ?? []),
            replies: replies.flatMap((it) => it ?? []).reverse(),
            wishes: answer.wishes,
            said: answer.exhibits.length > 0,
            waits: lines.some((line) => line.index === null),
        };
    }

    /** Puts them in the queue, the message first, unless something is wrong with one of them. */
    send(ask: { message: string; files: readonly File[] }): { readonly wrong?: Wrong; readonly keys: readonly number[] } {
        const { intake } = this.newsroom;
        const least = this.own.said ? 0 : (intake?.firstMessage ?? 0);
        const wrong = wrongWith(ask.message, ask.files, least, intake?.limit ?? 0);
        if (wrong !== undefined) {
            return { wrong, keys: [] };
        }
        const contents: Content[] = ask.files.map(fileContent);
        const words = utf8(ask.message.toWellFormed());
        if (letters(ask.message) > 0) {
            contents.unshift({ of: 'message', mediaType: 'text/plain; charset=utf-8', bytes: new Blob([words]) });
        }
        return { keys: contents.map((content) => this.outbox.send(content)) };
    }

    /** Goes on with what was begun, from the file that is chosen again. */
    goOn(ask: { exhibit: string; file: File }): { readonly key: number } {
        return { key: this.outbox.goOn(ask.exhibit, fileContent(ask.file)) };
    }

    /** Tries once more what has failed; what of it is there is not sent again, unless it shall be sent `anyway`. */
    again(ask: { key: number; anyway?: boolean }): { readonly key: number } {
        return { key: this.outbox.again(ask.key, ask.anyway) };
    }

    /** Gives up one that is in the queue. */
    stop(ask: { key: number }): void {
        this.outbox.stop(ask.key);
        this.patience.now();
    }

    /** Gives up one that was begun earlier, unless another tab sends it. */
    async giveUp(ask: { exhibit: string }): Promise<CaseView> {
        await this.outbox.giveUp(ask.exhibit);
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
        this.own.forget(ask.exhibit);
        return this.view();
    }

    async wish(ask: { wish: WishWord }): Promise<CaseView> {
        await this.link.ask('POST', '/api/wishes', { wish: ask.wish });
        return this.view();
    }

    /** A receipt, checked before it is given out; undefined before its beat. */
    async receipt(ask: { exhibit: string; plain: boolean }): Promise<Uint8Array<ArrayBuffer> | undefined> {
        const answer = await this.own.read();
        const line = answer?.exhibits.find((it) => it.exhibit === ask.exhibit);
        const proof = await this.own.proof(`/api/exhibits/${ask.exhibit}/proof`);
        if (answer === undefined || line === undefined || proof === undefined) {
            return undefined;
        }
        const { identity } = this.own.derived;
        const receipt = await receiptOf(identity, await this.own.ledgers(), answer, line, proof);
        return ask.plain ? receipt : seal(receipt, identity.recipient);
    }

    async leave(): Promise<void> {
        this.gate.close();
        this.own.leave();
        this.shown = undefined;
        await this.link.leave();
    }
}
