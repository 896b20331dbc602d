// A source's visit in one document: form, sending, the case. What is secret stays with the Worker.
import { sizeText } from '../sizes';
import type { CaseView, Event, Reason, Terms } from '../source/told';
import type { Stage } from '../source/sending';
import { type Clerk, NotDone } from './clerk';
import { Dossier } from './dossier';
import { Pace } from './pace';
import { type Stages, complain, find, onFailure, press, submits } from './stage';

/** What is under way, as the page shows it. */
interface Item {
    readonly element: HTMLElement;
    readonly name: string;
    /** Its own size; what is sent is padded, and longer. */
    readonly size: number;
    /** Of 1. */
    done: number;
    stage: 'waiting' | Stage;
    state: 'open' | 'arrived' | 'failed';
}

/** What the source writes into and chooses with. */
interface Fields {
    readonly message: HTMLTextAreaElement;
    readonly files: HTMLInputElement;
}

/** Until it is known. */
const BEAT = 60;

/** What helps no more if it is tried again as it was. */
const FINAL: readonly Reason[] = ['stopped', 'elsewhere', 'evidence', 'other-file', 'unreadable', 'large', 'full-case', 'no-case'];

function deedsAfter(reason: Reason): readonly ('again' | 'anyway')[] {
    return reason === 'arrived' ? ['anyway'] : FINAL.includes(reason) ? [] : ['again'];
}

export class Visit {
    private terms: Terms | undefined;
    private said = false;
    private readonly items = new Map<number, Item>();
    private readonly pace = new Pace();
    private paused = false;
    private sending = false;
    private shownAt = 0;
    private counting = 0;
    /** The form's own, until what is in them is sent: whoever looks at the case first finds them as they were. */
    private unsent: Fields | undefined;
    private readonly dossier: Dossier;

    constructor(
        private readonly stages: Stages,
        private readonly clerk: Clerk,
        private readonly language: string,
    ) {
        this.dossier = new Dossier(stages, clerk, language, {
            more: async () => this.form(this.terms ?? (await clerk.ask('terms')), this.said),
            send: (things) => this.send(things),
            fail: (error) => this.fail(error),
            isSending: () => this.sending,
            shown: (view) => (this.said ||= view.said),
            beat: () => this.terms?.beat ?? BEAT,
        });
        clerk.listen((event) => this.hear(event));
        onFailure((error) => this.fail(error));
        addEventListener('beforeunload', (event) => {
            const typed = this.unsent?.message.value ?? '';
            if (this.sending || typed.trim() !== '') {
                event.preventDefault();
            }
        });
    }

    /** What is said when nothing else can be done. */
    fail(error: unknown): void {
        this.sending = false;
        const reason = error instanceof NotDone ? error.reason : 'fault';
        this.stages.show(reason === 'evidence' || reason === 'closed' || reason === 'quota' ? reason : 'failed');
    }

    form(terms: Terms | undefined = this.terms, said = this.said): void {
        this.terms = terms;
        this.said = said;
        const number = terms?.firstMessage ?? 0;
        const limit = terms === undefined ? '' : sizeText(this.language, terms.limit);
        const stage = this.stages.show('form', { number, limit });
        find(stage, '#first').hidden = said || number === 0;
        const toCase = find(stage, '#to-case');
        toCase.hidden = !said;
        press(toCase, () => this.look());
        const fields = this.fields(stage);
        submits(find(stage, '#send'), async () => {
            const message = fields.message.value;
            const files = [...(fields.files.files ?? [])];
            complain(stage, '');
            const { wrong, keys } = await this.clerk.ask('send', { message, files });
            if (wrong !== undefined) {
                complain(stage, this.stages.text(`wrong_${wrong}`, { number, limit }));
                (wrong === 'large' ? fields.files : fields.message).focus();
                return;
            }
            this.unsent = undefined;
            const words = keys.length - files.length;
            const sizes = [...(words > 0 ? [new Blob([message]).size] : []), ...files.map((file) => file.size)];
            const names = [...(words > 0 ? [this.stages.text('item_message')] : []), ...files.map((file) => file.name)];
            this.send(keys.map((key, i) => ({ key, name: names[i] ?? '', size: sizes[i] ?? 0 })));
        });
    }

    private fields(stage: HTMLElement): Fields {
        const made = { message: find(stage, '#message', HTMLTextAreaElement), files: find(stage, '#files', HTMLInputElement) };
        if (this.unsent !== undefined) {
            made.message.replaceWith(this.unsent.message);
            made.files.replaceWith(this.unsent.files);
        }
        this.unsent ??= made;
        return this.unsent;
    }

    private send(things: readonly { readonly key: number; readonly name: string; readonly size: number }[]): void {
        this.items.clear();
        this.pace.rest();
        this.sending = true;
        this.paused = false;
        const stage = this.stages.show('sending');
        const [pause, resume] = [find(stage, '#pause'), find(stage, '#resume')];
        const turn = async (paused: boolean) => {
            await this.clerk.ask(paused ? 'pause' : 'goOnSending');
            this.paused = paused;
            this.pace.rest();
            pause.hidden = paused;
            resume.hidden = !paused;
            (paused ? resume : pause).focus();
            this.say(paused ? this.stages.text('paused') : '');
            this.delayed(undefined);
            this.lines();
        };
        press(pause, () => turn(true));
        press(resume, () => turn(false));
        press(find(stage, '#now'), () => this.clerk.ask('now'));
        press(find(stage, '#to-case'), () => this.look());
        things.forEach(({ key, name, size }) => this.add(key, name, size));
        this.figures(true);
    }

    private add(key: number, name: string, size: number): void {
        const part = this.stages.part('item', { key, name });
        const element = find(part, 'li');
        let current = key;
        press(find(part, '[data-do=stop]'), () => this.clerk.ask('stop', { key: current }));
        const again = async (anyway: boolean) => {
            const again = await this.clerk.ask('again', { key: current, anyway });
            const item = this.items.get(current);
            if (item !== undefined) {
                this.items.delete(current);
                current = again.key;
                item.state = 'open';
                item.stage = 'waiting';
                this.items.set(current, item);
                this.deeds(item, 'stop');
                this.line(item);
                this.ended();
            }
        };
        press(find(part, '[data-do=again]'), () => again(false));
        press(find(part, '[data-do=anyway]'), () => again(true));
        find(document, '#items').append(part);
        const item: Item = { element, name, size, done: 0, stage: 'waiting', state: 'open' };
        this.items.set(key, item);
        this.line(item);
    }

    private deeds(item: Item, ...shown: readonly ('stop' | 'again' | 'anyway')[]): void {
        for (const deed of ['stop', 'again', 'anyway'] as const) {
            find(item.element, `[data-do=${deed}]`).hidden = !shown.includes(deed);
        }
    }

    private line(item: Item, sentence = this.how(item)): void {
        find(item.element, '.figures').textContent = sentence;
        find(item.element, 'progress', HTMLProgressElement).value = Math.round(1000 * item.done);
    }

    /** All of it, as it is now. */
    private lines(): void {
        [...this.items.values()].filter((item) => item.state === 'open').forEach((item) => this.line(item));
        this.figures(true);
    }

    private how(item: Item): string {
        const size = (bytes: number) => sizeText(this.language, bytes);
        return this.stages.text(`state_${item.stage}`, { done: size(item.done * item.size), total: size(item.size) });
    }

    private hear(event: Event): void {
        if (event.kind === 'delay') {
            this.delayed(event.delay);
            return;
        }
        const item = this.items.get(event.key);
        if (item === undefined) {
            return;
        }
        if (event.kind === 'moved') {
            const before = Math.floor(4 * item.done);
            item.done = event.done / event.total;
            item.stage = event.stage;
            const now = Date.now();
            if (now - this.shownAt > 250 || event.stage === 'finishing') {
                this.line(item);
                this.figures();
            }
            if (Math.floor(4 * item.done) > before && item.size > 10_000_000) {
                this.say(`${item.name}: ${this.how(item)}`);
            }
            return;
        }
        if (event.kind === 'noted') {
            const note = find(item.element, '.hint');
            note.textContent = this.stages.text(`note_${event.note}`);
            note.hidden = false;
            this.say(`${item.name}: ${note.textContent}`);
            return;
        }
        item.state = event.kind;
        if (event.kind === 'arrived') {
            this.said = true;
            item.done = 1;
            this.deeds(item);
            this.line(item, this.stages.text('state_arrived', { number: event.number }));
            this.say(`${item.name}: ${this.stages.text('state_arrived', { number: event.number })}`);
        } else {
            const why = this.stages.text(`why_${event.reason}`, { number: event.number ?? 0 });
            this.deeds(item, ...deedsAfter(event.reason));
            this.line(item, why);
            this.say(`${item.name}: ${why}`);
        }
        this.ended();
    }

    private ended(): void {
        const items = [...this.items.values()];
        this.sending = items.some((item) => item.state === 'open');
        find(document, '#to-case').hidden = this.sending;
        this.figures(true);
        if (this.sending) {
            return;
        }
        find(document, '#pause').hidden = true;
        find(document, '#resume').hidden = true;
        if (items.every((item) => item.state === 'arrived')) {
            this.look().catch((error: unknown) => this.fail(error));
        }
    }

    /** The whole of it: how much, how fast, how long. */
    private figures(anyhow = false): void {
        const now = Date.now();
        const place = document.getElementById('all');
        if (place === null || (!anyhow && now - this.shownAt < 500)) {
            return;
        }
        this.shownAt = now;
        const items = [...this.items.values()].filter((item) => item.state !== 'failed');
        const done = items.reduce((sum, item) => sum + item.done * item.size, 0);
        const total = items.reduce((sum, item) => sum + item.size, 0);
        place.hidden = items.length === 0;
        const size = (bytes: number) => sizeText(this.language, bytes);
        const said = [this.stages.text('state_sending', { done: size(done), total: size(total) })];
        if (this.paused) {
            said.push(this.stages.text('paused'));
        } else {
            this.pace.note(now, done);
            const { speed } = this.pace;
            if (speed !== undefined && this.sending) {
                said.push(this.stages.text('speed', { speed: size(speed) }), this.left((total - done) / speed));
            }
        }
        place.textContent = said.join(' · ');
    }

    private left(seconds: number): string {
        const minutes = Math.ceil(seconds / 60);
        return minutes > 90
            ? this.stages.text('left_hours', { number: Math.ceil(minutes / 60) })
            : this.stages.text('left_minutes', { number: minutes });
    }

    private delayed(delay: { readonly why: string; readonly seconds: number } | undefined): void {
        const notice = document.getElementById('delay');
        if (notice === null) {
            return;
        }
        const was = notice.hidden;
        clearInterval(this.counting);
        notice.hidden = delay === undefined || this.paused;
        if (delay === undefined || this.paused) {
            return;
        }
        this.pace.rest();
        this.lines();
        let left = delay.seconds;
        const count = () => {
            find(notice, 'p').textContent = this.stages.text(delay.why, { seconds: Math.max(0, left--) });
        };
        count();
        this.counting = window.setInterval(count, 1000);
        if (was) {
            this.say(find(notice, 'p').textContent);
        }
    }

    /** To whoever listens: rarely, and only what matters. */
    private say(sentence: string): void {
        const place = document.getElementById('said');
        if (place !== null) {
            place.textContent = sentence;
        }
    }

    /** What arrived, and what was answered. */
    look(): Promise<void> {
        return this.dossier.look();
    }

    show(view: CaseView): void {
        this.dossier.show(view);
    }
}
