// Stages of the one document: clones of the templates that the server has rendered in the page's language.

export type Values = Readonly<Record<string, string | number>>;

const filled = (text: string, values: Values) =>
    text.replace(/%([a-z0-9]+)%/g, (whole, name: string) => String(values[name] ?? whole));

export class Stages {
    private readonly main: HTMLElement;
    private readonly templates = new Map<string, HTMLTemplateElement>();
    private readonly texts = new Map<string, string>();
    /** The page as it came, for when script fails. */
    private readonly plain: readonly Node[];
    private readonly title = document.title;
    private readonly check: HTMLElement | null;

    constructor() {
        this.main = must(document.querySelector<HTMLElement>('main'));
        for (const template of document.querySelectorAll('template')) {
            this.templates.set(template.id, template);
        }
        for (const text of this.template('t-texts').querySelectorAll<HTMLElement>('[data-text]')) {
            this.texts.set(text.dataset['text'] ?? '', text.textContent);
        }
        this.plain = [...this.main.childNodes];
        this.check = document.getElementById('check');
    }

    text(key: string, values: Values = {}): string {
        return filled(this.texts.get(key) ?? key, values);
    }

    /** A clone, filled in: text and attributes, never markup. */
    part(name: string, values: Values = {}): DocumentFragment {
        const clone = document.importNode(this.template(`t-${name}`), true);
        const walker = document.createTreeWalker(clone, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            if (node instanceof Element) {
                for (const attribute of node.attributes) {
                    if (attribute.value.includes('%')) {
                        attribute.value = filled(attribute.value, values);
                    }
                }
            } else if (node.nodeValue?.includes('%') === true) {
                node.nodeValue = filled(node.nodeValue, values);
            }
        }
        return clone;
    }

    /** In place of what is shown; whoever listens hears its heading. */
    show(name: string, values: Values = {}): HTMLElement {
        const stage = this.part(name, values);
        const heading = stage.querySelector('h1');
        this.main.replaceChildren(stage, ...(this.check === null ? [] : [this.check]));
        document.querySelector('header nav')?.setAttribute('hidden', '');
        document.title = [heading?.textContent ?? '', this.title.split(' · ').at(-1) ?? ''].join(' · ');
        scrollTo(0, 0);
        heading?.focus();
        return this.main;
    }

    /** The plain form again. */
    restore(): HTMLElement {
        this.main.replaceChildren(...this.plain);
        document.querySelector('header nav')?.removeAttribute('hidden');
        document.title = this.title;
        return this.main;
    }

    private template(id: string): DocumentFragment {
        return must(this.templates.get(id)).content;
    }
}

export function must<T>(found: T | null | undefined): T {
    if (found === null || found === undefined) {
        throw new Error('the page is not what its script expects');
    }
    return found;
}

export function find(from: ParentNode, selector: string): HTMLElement;
export function find<T extends HTMLElement>(from: ParentNode, selector: string, kind: new () => T): T;
export function find(from: ParentNode, selector: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
    const found = from.querySelector(selector);
    return must(found instanceof kind ? found : undefined);
}

/** What is pressed does one thing at a time. */
export function press(button: HTMLElement, deed: () => unknown): void {
    button.addEventListener('click', () => once(button, deed));
}

/** `unless` it says that the form shall go its own way. */
export function submits(form: HTMLElement, deed: () => unknown, unless: () => boolean = () => false): void {
    form.addEventListener('submit', (event) => {
        if (!unless()) {
            event.preventDefault();
            once(find(form, 'button'), deed);
        }
    });
}

let failing: (error: unknown) => void = () => undefined;

/** Where whatever nobody has foreseen ends. */
export function onFailure(take: (error: unknown) => void): void {
    failing = take;
}

function once(button: HTMLElement, deed: () => unknown): void {
    if (button.ariaDisabled === 'true') {
        return;
    }
    button.ariaDisabled = 'true';
    Promise.resolve()
        .then(deed)
        .catch((error: unknown) => failing(error))
        .finally(() => {
            button.ariaDisabled = null;
        });
}

/** Says what is wrong where the page says so. */
export function complain(from: ParentNode, sentence: string): void {
    const error = find(from, '#error');
    error.textContent = sentence;
    error.hidden = sentence === '';
}
