// The sources' pages, where script runs: takes over the plain form once its Worker has answered, and gives it back when anything
// fails before a codename was confirmed.
import { ReceiptPage } from './drop/check';
import { Clerk, NotDone } from './drop/clerk';
import { Stages, complain, find, onFailure, press, submits } from './drop/stage';
import { Visit } from './drop/visit';
import { scriptUrl } from './policy';

class Page {
    private readonly stages = new Stages();
    private readonly script = find(document, '#script');
    private readonly clerk: Clerk;
    private readonly visit: Visit;
    /** Until a codename was confirmed the plain form can take over. */
    private confirmed = false;
    private shown = false;
    private broken = false;
    /** What was asked for last, to be asked again. */
    private deed: () => unknown = () => undefined;

    constructor() {
        const worker = new Worker(scriptUrl('/assets/drop-worker.js'), { type: 'module', name: 'source' });
        this.clerk = new Clerk(worker, () => this.fail(new Error('the Worker failed')));
        this.visit = new Visit(this.stages, this.clerk, this.script.dataset['language'] ?? 'en');
        onFailure((error) => this.fail(error));
    }

    async start(): Promise<void> {
        const { genesis = '', instance = '' } = this.script.dataset;
        const slow = await this.clerk.start({ genesis, instance });
        if (slow === undefined) {
            this.takeOver();
        } else {
            this.slow(slow);
        }
    }

    private slow(speed: number): void {
        // As much is sealed as hashed, and both twice.
        const part = this.stages.part('slow', { minutes: Math.ceil(1000 / (speed / 4) / 60) });
        const notice = find(part, 'section');
        press(find(part, '[data-do=plain]'), () => notice.remove());
        press(find(part, '[data-do=stay]'), () => {
            notice.remove();
            this.takeOver();
        });
        find(document, '#by-plain-form').before(part);
    }

    private takeOver(): void {
        find(document, '#by-plain-form').hidden = true;
        find(document, '#by-script').hidden = false;
        const delay = this.stages.part('delay');
        press(find(delay, '#now'), () => this.clerk.ask('now'));
        find(document, '#by-script').after(delay);
        const plain = () => this.broken;
        const begin = document.querySelector<HTMLElement>('#begin');
        if (begin !== null) {
            submits(begin, () => this.does(() => this.begin()), plain);
        }
        const back = document.querySelector<HTMLElement>('#return');
        if (back !== null) {
            // Whatever becomes of this script: the form itself does not send a codename unless it is typed for that.
            find(back, '#codename').removeAttribute('name');
            submits(back, () => this.does(() => this.comeBack(back)), plain);
        }
    }

    private does(deed: () => unknown): unknown {
        document.querySelector('#unanswered')?.remove();
        this.deed = deed;
        return deed();
    }

    private async begin(): Promise<void> {
        const { words, asked, terms } = await this.clerk.ask('begin');
        this.shown = true;
        const stage = this.stages.show('codename', { codename: words.join(' '), number: asked });
        const confirm = async () => {
            const word = find(stage, '#word', HTMLInputElement);
            complain(stage, '');
            if (await this.clerk.ask('confirm', { word: word.value })) {
                this.confirmed = true;
                this.visit.form(terms, false);
            } else {
                complain(stage, this.stages.text('codename_wrong'));
                word.setAttribute('aria-invalid', 'true');
                word.focus();
            }
        };
        submits(find(stage, '#confirm'), () => this.does(confirm));
    }

    private async comeBack(form: HTMLElement): Promise<void> {
        const field = find(form, '#codename', HTMLInputElement);
        complain(document, '');
        const { unknown, view } = await this.clerk.ask('comeBack', { typed: field.value });
        if (unknown !== undefined) {
            const key = unknown.length === 0 ? 'words_count' : 'words_unknown';
            complain(document, this.stages.text(key, { numbers: unknown.join(', ') }));
            field.focus();
            return;
        }
        field.value = '';
        this.confirmed = true;
        if (view === undefined) {
            this.stages.show('none');
        } else {
            this.visit.show(view);
        }
    }

    fail(error: unknown): void {
        // What does not add up, and what is closed, the plain form makes no better.
        const reason = error instanceof NotDone ? error.reason : 'fault';
        if (this.confirmed || ['evidence', 'closed', 'quota'].includes(reason)) {
            this.visit.fail(error);
            return;
        }
        if (reason === 'server') {
            this.unanswered();
            return;
        }
        const main = this.plain();
        const part = this.stages.part('broken');
        find(part, '#void').hidden = !this.shown;
        main.querySelector('#broken')?.remove();
        find(main, 'h1').after(part);
    }

    /** The server failed, and not this program: it is asked again, and the plain form is there for whoever chooses it. */
    private unanswered(): void {
        document.querySelector('#unanswered')?.remove();
        const part = this.stages.part('unanswered');
        const notice = find(part, '#unanswered');
        press(find(part, '[data-do=again]'), () => this.does(this.deed));
        press(find(part, '[data-do=plain]'), () => this.chosen());
        find(document, 'main h1').after(part);
        find(notice, 'button').focus();
    }

    private chosen(): void {
        const main = this.plain();
        if (this.shown) {
            const part = this.stages.part('broken');
            find(part, '#broken').textContent = find(part, '#void').textContent;
            find(main, 'h1').after(part);
        }
    }

    /** The plain form, with nothing in it that was typed for the script. */
    private plain(): HTMLElement {
        this.broken = true;
        const main = this.stages.restore();
        find(main, '#by-plain-form').hidden = false;
        find(main, '#by-script').hidden = true;
        main.querySelectorAll('#unanswered, #delay, #said').forEach((it) => it.remove());
        const codename = main.querySelector<HTMLInputElement>('#return #codename');
        if (codename !== null) {
            codename.value = '';
            codename.name = 'codename';
        }
        return main;
    }
}

const receipts = document.getElementById('receipts');
if (receipts !== null && isSecureContext) {
    new ReceiptPage(receipts).start();
}
if (document.getElementById('script') !== null && isSecureContext && 'subtle' in crypto) {
    const page = new Page();
    page.start().catch((error: unknown) => page.fail(error));
}
