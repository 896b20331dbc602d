// The sources' one document, as the server renders it, without a browser and without a Worker.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clerk } from '../src/drop/clerk';
import { Stages, find } from '../src/drop/stage';
import { Visit } from '../src/drop/visit';
import { Refused } from '../src/source/drop-api';
import { type CaseView, type Event as Told, reasonOf } from '../src/source/told';
import { render } from './browser/templates';
import { blank } from './paper';

const program = { page: '', integrity: '', worker: '', genesis: '', instance: '' };
const terms = { genesis: '', origin: '', limit: 1_000_000, firstMessage: 30, beat: 60 };
const empty: CaseView = { lines: [], unfinished: [], replies: [], wishes: [], said: false, waits: false };

let view: CaseView;
let sent: { readonly message: string; readonly files: readonly File[] }[];
let tell: (event: Told) => void;
let visit: Visit;

async function met(language: string): Promise<void> {
    const page = await render('start', language, program);
    blank();
    document.body.innerHTML = /<body>(.*)<\/body>/s.exec(page)?.[1] ?? '';
    const answers: Readonly<Record<string, (ask: never) => unknown>> = {
        view: () => view,
        terms: () => terms,
        send: (ask: (typeof sent)[number]) => ({ keys: [sent.push(ask)] }),
    };
    const clerk = {
        listen: (listener: typeof tell) => (tell = listener),
        ask: (name: string, ask: unknown) => Promise.resolve(answers[name]?.(ask as never)),
    };
    visit = new Visit(new Stages(), clerk as unknown as Clerk, language);
}

beforeEach(async () => {
    view = empty;
    sent = [];
    await met('en');
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

async function press(selector: string): Promise<void> {
    find(document, selector).click();
    await settled();
}

const text = (selector: string) => find(document, selector).textContent;
const message = () => find(document, '#message', HTMLTextAreaElement);

describe('the form', () => {
    it('has what was typed and chosen when its source has looked at what arrived, until it is sent', async () => {
        view = { ...empty, said: true };
        visit.form(terms, true);
        message().value = 'There is more to say.';
        const chosen = find(document, '#files');
        await press('#to-case');
        expect(text('h1')).toBe('What arrived');
        await press('main > [data-do=more]');
        expect(message().value).toBe('There is more to say.');
        expect(find(document, '#files')).toBe(chosen);
        find(document, '#send').dispatchEvent(new Event('submit', { cancelable: true }));
        await settled();
        expect(sent.map((it) => it.message)).toEqual(['There is more to say.']);
        visit.form();
        expect(message().value).toBe('');
        expect(find(document, '#files')).not.toBe(chosen);
    });

    it('asks before the page goes, also while its source looks at what arrived', async () => {
        const goes = () => {
            const event = new Event('beforeunload', { cancelable: true });
            window.dispatchEvent(event);
            return !event.defaultPrevented;
        };
        visit.form(terms, true);
        expect(goes()).toBe(true);
        message().value = 'There is more to say.';
        await press('#to-case');
        expect(goes()).toBe(false);
    });

    it('can be left', () => {
        visit.form(terms, false);
        expect(find(document, '#leave').closest('form')?.getAttribute('action')).toBe('/en/leave');
    });
});

describe('a case in which nothing is whole', () => {
    it('says so, with the way to the form, and says nothing of wrong words', async () => {
        visit.show(empty);
        expect(find(document, '#none-yet').hidden).toBe(false);
        expect(text('#none-yet')).toBe('Nothing has arrived whole yet. What is not listed did not arrive.');
        expect(find(document, '#lead').hidden).toBe(true);
        await press('main > [data-do=more]');
        expect(text('h1')).toBe('Message and files');
    });

    it('is not one whose lines were taken off the page', () => {
        visit.show({ ...empty, said: true });
        expect(find(document, '#none-yet').hidden).toBe(true);
        expect(find(document, '#lead').hidden).toBe(false);
    });
});

describe('a case that is full', () => {
    it('is said with what to do in every language, and is not tried again', async () => {
        const reason = reasonOf(new Refused(409, 'full-case', '', undefined, [], undefined));
        expect(reason).toBe('full-case');
        for (const [language, word] of [['en', 'archive'], ['de', 'Archiv'], ['fr', 'archive'], ['it', 'archivio']] as const) {
            await met(language);
            visit.form(terms, true);
            message().value = 'There is more to say.';
            find(document, '#send').dispatchEvent(new Event('submit', { cancelable: true }));
            await settled();
            tell({ kind: 'failed', key: sent.length, reason });
            expect(text('#items .figures')).toContain(`${word} (zip, tar)`);
            expect(find(document, '[data-do=again]').hidden).toBe(true);
        }
    });
});
