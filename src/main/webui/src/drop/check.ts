// The page on which a receipt is checked: what is chosen goes to a Worker that may connect to nothing, and what that finds is said.
import { scriptUrl } from '../policy';
import { isAge } from '../sealed/header';
import { sizeText } from '../sizes';
import type { Found, FromCheck, Ledgers, Log, ToCheck, Why } from '../source/checking';
import { Stages, type Values, complain, find, onFailure, press, submits } from './stage';

const SAYS: Readonly<Record<Why, string>> = {
    empty: 'nothing',
    large: 'nothing',
    nothing: 'nothing',
    proof: 'nothing',
    damaged: 'damaged',
    sealed: 'sealed',
    'not-opened': 'unopened',
    unreadable: 'unreadable',
    'other-log': 'log',
};

const WHY: Readonly<Partial<Record<Why, string>>> = { 'not-opened': 'unopened', 'other-log': 'log' };

export class ReceiptPage {
    private readonly stages = new Stages();
    private readonly language: string;
    private readonly ledgers: Ledgers;
    private worker: Worker | undefined;
    private said = 0;

    constructor(private readonly data: HTMLElement) {
        const { genesis = '', instance = '', entry = '', closed = '', language = 'en' } = data.dataset;
        this.language = language;
        this.ledgers = { genesis, instance, entry, closed: closed.split(' ').filter((it) => it !== '') };
        onFailure(() => this.fail());
    }

    /** Shows the form once there is a Worker that can do what it says. */
    start(): void {
        this.ready(() => this.show());
    }

    /** A fresh Worker. */
    private ready(then: () => void): void {
        const worker = new Worker(scriptUrl('/assets/drop-worker.js?alone'), { type: 'module', name: 'check' });
        worker.onerror = (event) => {
            event.preventDefault();
            this.fail();
        };
        worker.onmessage = (event: MessageEvent<FromCheck>) => {
            const told = event.data;
            if (this.worker !== worker) {
                return;
            }
            if ('ready' in told) {
                then();
            } else if ('failed' in told) {
                this.fail();
            } else if ('found' in told) {
                this.found(told.found);
            } else {
                this.reading(told.done, told.total);
            }
        };
        this.worker = worker;
        this.ask({ ledgers: this.ledgers });
    }

    private ask(ask: ToCheck): void {
        this.worker?.postMessage(ask);
    }

    private show(): void {
        const part = this.stages.part('check');
        const [receipt, copy] = [find(part, '#receipt', HTMLInputElement), find(part, '#copy', HTMLInputElement)];
        const [sealed, codename] = [find(part, '#sealed'), find(part, '#codename', HTMLInputElement)];
        const form = find(part, '#checking');
        for (const input of [receipt, copy]) {
            input.addEventListener('change', () => this.stopped());
        }
        receipt.addEventListener('change', () => {
            const [file] = receipt.files ?? [];
            // What cannot be read is said when it is checked.
            const seen = file === undefined ? Promise.resolve(false) : isAge(file).catch(() => false);
            void seen.then((is) => {
                sealed.hidden = !is;
                codename.value = '';
            });
        });
        submits(form, () => {
            this.stopped();
            const [file] = receipt.files ?? [];
            if (file === undefined) {
                complain(document, this.stages.text('missing'));
                receipt.focus();
                return;
            }
            find(document, '#reading').hidden = false;
            find(document, '#read').textContent = '';
            this.ask({ check: { receipt: file, copy: copy.files?.[0], typed: sealed.hidden ? undefined : codename.value } });
        });
        press(find(part, '#stop'), () => {
            this.stopped();
            find(document, '#go').focus();
        });
        find(document, '#here').replaceChildren(part);
    }

    /** Nothing of what was under way is said any more. */
    private stopped(): void {
        complain(document, '');
        find(document, '#found').replaceChildren();
        const reading = find(document, '#reading');
        if (!reading.hidden) {
            reading.hidden = true;
            this.worker?.terminate();
            this.ready(() => undefined);
        }
    }

    private reading(done: number, total: number): void {
        find(document, '#reading progress', HTMLProgressElement).value = Math.round((1000 * done) / total);
        const now = Date.now();
        if (now - this.said > 1000 || done === total) {
            this.said = now;
            const size = (bytes: number) => sizeText(this.language, bytes);
            find(document, '#read').textContent = this.stages.text('reading', { done: size(done), total: size(total) });
        }
    }

    private found(found: Found): void {
        find(document, '#reading').hidden = true;
        if (found.is === 'words') {
            const key = found.unknown.length === 0 ? 'words_count' : 'words_unknown';
            complain(document, this.stages.text(key, { numbers: found.unknown.join(', ') }));
            find(document, '#codename').focus();
            return;
        }
        const says = found.is === 'none' ? SAYS[found.why] : found.is === 'broken' ? 'broken' : found.file;
        const part = this.stages.part('found', { verdict: this.stages.text(`says_${says}`) });
        if (found.is === 'none') {
            const why = find(part, '#why');
            why.textContent = this.stages.text(`why_${WHY[found.why] ?? found.why}`, { origin: found.origin ?? '' });
            why.hidden = false;
        }
        find(part, '#steps').append(...this.steps(found));
        find(document, '#found').replaceChildren(part);
        if (found.is === 'none' && found.why === 'sealed') {
            find(document, '#codename').focus();
        } else {
            find(document, '#verdict').focus();
        }
    }

    /** What was looked at, in its order, as far as it holds. */
    private steps(found: Found): DocumentFragment[] {
        if (found.is !== 'whole' && found.is !== 'broken') {
            return [];
        }
        const number = (it: number) => new Intl.NumberFormat(this.language).format(it);
        const { log, index, size = 0 } = found;
        const values = { origin: log.origin, index: String(index), size: number(size) };
        const step = (word: 'holds' | 'fails' | 'open' | 'unwitnessed', name: string, more: Values = {}) => {
            const part = this.stages.part('step', { word: this.stages.text(word), step: this.stages.text(name, { ...values, ...more }) });
            find(part, 'li').classList.toggle('error', word === 'fails');
            return part;
        };
        if (found.is === 'broken') {
            const before = found.at === 'signature' ? [] : this.signed(log, step);
            const held = found.at === 'event' ? [...before, step('holds', 'step_tree')] : before;
            return [...held, step('fails', `fail_${found.at}`)];
        }
        const day = new Intl.DateTimeFormat(this.language, { dateStyle: 'long', timeZone: 'UTC' }).format(found.at);
        const file = {
            none: () => step('open', 'open_file'),
            same: () => step('holds', 'step_file'),
            other: () => step('fails', 'fail_file'),
        };
        return [
            ...this.signed(log, step),
            step('holds', 'step_tree'),
            step('holds', 'step_event', { day }),
            file[found.file](),
            step('unwitnessed', 'open_witness'),
        ];
    }

    private signed(log: Log, step: (word: 'holds', name: string) => DocumentFragment): DocumentFragment[] {
        return [step('holds', 'step_signature'), ...(log.closed ? [step('holds', 'step_closed')] : [])];
    }

    /** What stays is how to check without this page. */
    private fail(): void {
        this.worker?.terminate();
        this.data.remove();
        find(document, '#here').replaceChildren(this.stages.part('failed'));
    }
}
