// What a source finds under its codename: answers, what arrived, what is begun, what it has taken back.
import { sizeText } from '../sizes';
import type { WishLine } from '../source/drop-api';
import type { CaseView, Line, ReplyView, UnfinishedView } from '../source/told';
import { type Clerk, NotDone } from './clerk';
import { type Stages, find, press } from './stage';

const BEAT_AND = 2;

/** What else happens on a source's visit. */
export interface Around {
    /** The form, to send more. */
    more(): Promise<void>;
    send(things: readonly { readonly key: number; readonly name: string; readonly size: number }[]): void;
    fail(error: unknown): void;
    isSending(): boolean;
    /** The case was shown: it may have something in it. */
    shown(view: CaseView): void;
    /** In seconds. */
    beat(): number;
}

export class Dossier {
    private renewal = 0;

    constructor(
        private readonly stages: Stages,
        private readonly clerk: Clerk,
        private readonly language: string,
        private readonly visit: Around,
    ) {}

    async look(view?: CaseView): Promise<void> {
        this.show(view ?? (await this.clerk.ask('view')));
    }

    show(view: CaseView): void {
        clearTimeout(this.renewal);
        this.visit.shown(view);
        const stage = this.stages.show('case');
        const replies = find(stage, '#replies');
        replies.hidden = view.replies.length === 0;
        find(replies, 'ol').append(...view.replies.map((reply) => this.reply(reply)));
        const unfinished = find(stage, '#unfinished');
        unfinished.hidden = view.unfinished.length === 0;
        find(unfinished, 'ol').append(...view.unfinished.map((it) => this.unfinished(it)));
        find(stage, '#lead').hidden = !view.said;
        find(stage, '#none-yet').hidden = view.said;
        find(stage, '#lines').append(...view.lines.map((line) => this.caseLine(line)));
        find(stage, '#wished').append(...view.wishes.map((wish) => this.wished(wish)));
        for (const button of stage.querySelectorAll<HTMLElement>('[data-do=more]')) {
            press(button, () => this.visit.more());
        }
        for (const button of stage.querySelectorAll<HTMLElement>('[data-wish]')) {
            const wish = button.dataset['wish'] === 'deletion' ? 'deletion' : 'no-publication';
            const wished = view.wishes.some((it) => it.wish === wish);
            button.hidden = wished;
            find(stage, wish === 'deletion' ? '#wish-deletion' : '#wish-consent').hidden = wished;
            press(button, async () => {
                const sure = find(stage, '#sure', HTMLInputElement).checked;
                find(stage, '#unsure').hidden = sure;
                if (sure) {
                    await this.look(await this.clerk.ask('wish', { wish }));
                }
            });
        }
        find(stage, '#wishes').hidden = view.wishes.length > 1;
        find(stage, '#taking-back').hidden = view.lines.length === 0 && view.wishes.length === 0;
        this.renews(view);
        const fresh = view.replies.filter((it) => it.fresh).map((it) => it.reply);
        if (fresh.length > 0) {
            // Where that fails they are new once more, and no more is lost.
            this.clerk.ask('seen', { replies: fresh }).catch(() => undefined);
        }
    }

    private reply(reply: ReplyView): DocumentFragment {
        const part = this.stages.part('reply', { number: reply.number, day: this.day(reply.day), text: reply.text ?? '' });
        find(part, '.fresh').hidden = !reply.fresh;
        find(part, 'blockquote').hidden = reply.text === undefined;
        find(part, '.error').hidden = reply.text !== undefined;
        press(find(part, '[data-do=remove]'), async () => this.look(await this.clerk.ask('removeReply', { reply: reply.reply })));
        return part;
    }

    private unfinished(it: UnfinishedView): DocumentFragment {
        const { exhibit } = it;
        const sizes = { size: sizeText(this.language, it.size), arrived: sizeText(this.language, it.arrived) };
        const part = this.stages.part('unfinished', { exhibit, ...sizes });
        only(part, it.of === 'file' ? 'of-file' : 'of-message', 'of-file', 'of-message');
        const input = find(part, 'input', HTMLInputElement);
        input.addEventListener('change', () => {
            const [file] = input.files ?? [];
            if (file !== undefined) {
                this.clerk
                    .ask('goOn', { exhibit, file })
                    .then(({ key }) => this.visit.send([{ key, name: file.name, size: file.size }]))
                    .catch((error: unknown) => this.visit.fail(error));
            }
        });
        const refused = find(part, '.error');
        press(find(part, '[data-do=give-up]'), async () => {
            refused.hidden = true;
            try {
                this.show(await this.clerk.ask('giveUp', { exhibit }));
            } catch (error) {
                if (!(error instanceof NotDone) || error.reason !== 'elsewhere') {
                    throw error;
                }
                refused.hidden = false;
            }
        });
        return part;
    }

    private caseLine(line: Line): DocumentFragment {
        const { exhibit, number, known } = line;
        const size = new Intl.NumberFormat(this.language).format(known?.size ?? 0);
        const part = this.stages.part('line', { number, day: this.day(line.day), size, sha256: known?.sha256 ?? '' });
        only(part, known?.of === 'message' ? 'of-message' : 'of-file', 'of-file', 'of-message');
        find(part, '.broken').hidden = known !== undefined;
        part.querySelectorAll<HTMLElement>('.whole').forEach((it) => (it.hidden = known === undefined));
        const receipts = find(part, '.receipts');
        this.indexed(find(part, 'li'), line);
        const offer = async (plain: boolean) => {
            const refused = find(receipts, '.error');
            const wished = find(receipts, 'input', HTMLInputElement).checked;
            refused.hidden = !plain || wished;
            if (refused.hidden) {
                const receipt = await this.clerk.ask('receipt', { exhibit, plain });
                if (receipt !== undefined) {
                    save(receipt, `${number}${plain ? '.tlog-proof' : '.age'}`);
                }
            }
        };
        press(find(receipts, '[data-do=sealed]'), () => offer(false));
        press(find(receipts, '[data-do=plain]'), () => offer(true));
        press(find(part, '[data-do=forget]'), async () => this.look(await this.clerk.ask('forget', { exhibit })));
        return part;
    }

    private indexed(element: HTMLElement, line: Line): void {
        if (line.index !== null) {
            find(element, '.index').textContent = String(line.index);
            find(element, '.receipts').hidden = line.known === undefined;
        }
    }

    private wished(wish: WishLine): DocumentFragment {
        const part = this.stages.part('wished', { wish: wish.wish, day: this.day(wish.day) });
        only(part, wish.wish === 'deletion' ? 'of-deletion' : 'of-consent', 'of-deletion', 'of-consent');
        only(part, wish.settled === null ? 'open' : 'settled', 'open', 'settled');
        return part;
    }

    /** Until everything has its entry: the lines in place, so that nobody who reads them is disturbed. */
    private renews(view: CaseView): void {
        find(document, '#waits').hidden = !view.waits;
        if (!view.waits) {
            return;
        }
        const again = () => {
            if (document.getElementById('lines') === null || this.visit.isSending()) {
                return;
            }
            this.clerk.ask('view').then(
                (next) => {
                    for (const line of next.lines) {
                        const element = document.getElementById(`exhibit-${line.number}`);
                        if (element !== null) {
                            this.indexed(element, line);
                        }
                    }
                    if (document.getElementById('lines') !== null) {
                        this.renews(next);
                    }
                },
                // Nobody asked for it: it is tried again, and whoever has gone on to write something keeps that.
                () => {
                    if (document.getElementById('lines') !== null) {
                        this.renews(view);
                    }
                },
            );
        };
        this.renewal = window.setTimeout(again, (this.visit.beat() + BEAT_AND) * 1000);
    }

    private day(day: string): string {
        return new Intl.DateTimeFormat(this.language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
    }
}

/** Of several ways to say it, one. */
function only(part: ParentNode, kept: string, ...classes: readonly string[]): void {
    for (const name of classes.filter((it) => it !== kept)) {
        part.querySelectorAll(`.${name}`).forEach((it) => it.remove());
    }
}

function save(bytes: Uint8Array<ArrayBuffer>, name: string): void {
    const link = document.createElement('a');
    const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
