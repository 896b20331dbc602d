// The sources' pages with script, in a real Chromium, under that door's own headers, against the fake API.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromUtf8, hex, sha256 } from '../../src/formats/bytes';
import { SEGMENT } from '../../src/sealed/padding';
import { Dropbox } from '../dropbox';
import { Newsroom, same, sample } from '../newsroom';
import { type Sources, serveSources } from './sources';

const SHOTS = new URL('../../../../../target/drop-screenshots/', import.meta.url);

let browser: Browser;
let folder: string;
let newsroom: Newsroom;
let dropbox: Dropbox;
let sources: Sources;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'sigillo-'));
    browser = await chromium.launch({ executablePath: process.env['SIGILLO_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
});

beforeEach(async () => {
    newsroom = await Newsroom.of();
    newsroom.segmentSize = SEGMENT;
    dropbox = new Dropbox(newsroom);
    sources = await serveSources(dropbox);
    complaints = [];
    context = await browser.newContext({ viewport: { width: 768, height: 900 } });
    page = await opened(context);
});

afterEach(async () => {
    await context.close();
    await sources.close();
    expect(complaints).toEqual([]);
});

async function opened(of: BrowserContext): Promise<Page> {
    const made = await of.newPage();
    made.setDefaultTimeout(40_000);
    made.on('console', (message) => {
        const text = message.text();
        // A refusal of the API is no fault, and a browser of another year knows other features.
        if (message.type() === 'error' && !text.includes('Unrecognized feature') && !/status of (40[0-9]|50[0-9])|ERR_/.test(text)) {
            complaints.push(text);
        }
    });
    made.on('pageerror', (error) => complaints.push(String(error)));
    made.on('request', (request) => {
        if (!request.url().startsWith(sources.url) && !request.url().startsWith('blob:')) {
            complaints.push(`a request to ${request.url()}`);
        }
    });
    return made;
}

async function shoot(name: string, of = page): Promise<void> {
    for (const width of [320, 768, 1280]) {
        await of.setViewportSize({ width, height: 900 });
        const wider = await of.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wider, `${name} at ${width} px reaches beyond its edge`).toBe(0);
        await writeFile(new URL(`${name}-${width}.png`, SHOTS), await of.screenshot({ fullPage: true }));
    }
    await of.setViewportSize({ width: 768, height: 900 });
}

const ready = async (of = page) => of.waitForSelector('#by-script:not([hidden])');

/** As far as the form; answers the codename. */
async function begin(language = 'en', of = page): Promise<string> {
    const codename = await confirm(language, of);
    await of.waitForSelector('#message');
    return codename;
}

/** Sends the word that is asked; answers the codename. */
async function confirm(language = 'en', of = page): Promise<string> {
    await of.goto(`${sources.url}/${language}`);
    await ready(of);
    await of.click('#begin button');
    const codename = (await of.textContent('#codename')) ?? '';
    const asked = Number(/[1-7]/.exec((await of.textContent('label[for=word]')) ?? '')?.[0]);
    await of.fill('#word', codename.split(' ')[asked - 1] ?? '');
    await of.click('#confirm button');
    return codename;
}

async function comeBack(codename: string, of = page): Promise<void> {
    await of.goto(`${sources.url}/en/return`);
    await ready(of);
    await of.fill('#codename', codename);
    await of.click('#return button');
}

/** Unless it has gone on by itself at that very moment. */
async function tryNow(): Promise<void> {
    await page.evaluate(() => document.querySelector<HTMLButtonElement>('#now')?.click());
}

/** Of no period that a segment has. */
function large(size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size);
    const block = sample(1_000_003);
    for (let at = 0; at < size; at += block.length) {
        bytes.set(block.subarray(0, size - at), at);
    }
    return bytes;
}

const file = (name: string, bytes: Uint8Array) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });

describe('a source with script', () => {
    it('goes the whole way: begins, sends, sees what arrived and what was answered, leaves', async () => {
        await page.goto(`${sources.url}/en`);
        await ready();
        expect(await page.isVisible('#by-plain-form')).toBe(false);
        await page.click('#check summary');
        await shoot('start');
        await page.click('#begin button');
        await page.waitForSelector('#word');
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
        await shoot('codename');
        await page.fill('#word', 'wrong');
        await page.click('#confirm button');
        await page.waitForSelector('#error:not([hidden])');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('word');
        const codename = (await page.textContent('#codename')) ?? '';
        const asked = Number(/[1-7]/.exec((await page.textContent('label[for=word]')) ?? '')?.[0]);
        await page.fill('#word', codename.split(' ')[asked - 1] ?? '');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#message');
        await shoot('form');
        await page.click('#send button');
        await page.waitForSelector('#error:not([hidden])');
        await page.fill('#message', `It was ${codename.toUpperCase().replaceAll(' ', '-')}, remember?`);
        await page.click('#send button');
        await page.waitForSelector('#error >> text=seven words');
        await shoot('refused');
        expect(dropbox.cases).toEqual([]);
        await page.fill('#message', 'Look at page 3.');
        const bytes = sample(3_000_000);
        await page.setInputFiles('#files', [file('a very long name of a file from some ministry (final, corrected).pdf', bytes), file('b.txt', new Uint8Array(3))]);
        await page.click('#send button');
        await page.waitForSelector('#exhibit-3');
        expect(fromUtf8((await dropbox.open(dropbox.only, 1)).bytes)).toBe('Look at page 3.');
        expect(same((await dropbox.open(dropbox.only, 2)).bytes, bytes)).toBe(true);
        expect(await page.textContent('#exhibit-2 .digest')).toBe(hex(sha256(bytes)));
        expect(await page.textContent('#exhibit-2 dl')).toContain('3,000,000');
        await shoot('arrived');

        dropbox.beat();
        await dropbox.newGeneration(dropbox.only, newsroom.named('Rosa'));
        await dropbox.answer(dropbox.only, newsroom.named('Rosa'), 'Thank you.\n\nWho else has it?');
        await comeBack(`  ${codename.toUpperCase()} `);
        await page.waitForSelector('#reply-1 >> text=Who else has it?');
        await page.waitForSelector('#reply-1 .fresh:not([hidden])');
        await page.click('#exhibit-2 .receipts summary');
        await page.click('#exhibit-2 [data-do=plain]');
        await page.waitForSelector('#exhibit-2 .error[role=alert]:not([hidden])');
        await page.check('#wish-2');
        const [download] = await Promise.all([page.waitForEvent('download'), page.click('#exhibit-2 [data-do=plain]')]);
        expect(await readFile(await download.path(), 'utf8')).toMatch(/^c2sp.org\/tlog-proof@v1\nextra /);
        await page.click('#wishes summary');
        await shoot('case');
        await page.check('#sure');
        await page.click('[data-wish=deletion]');
        await page.waitForSelector('#wished-deletion');
        await page.click('#reply-1 summary');
        await page.click('#reply-1 [data-do=remove]');
        await page.waitForSelector('#replies', { state: 'hidden' });
        await page.click('#exhibit-1 summary >> nth=-1');
        await page.click('#exhibit-1 [data-do=forget]');
        await page.waitForSelector('#exhibit-1', { state: 'detached' });
        expect(await page.evaluate(() => JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)]))).toBe('[[],[]]');
        await page.click('#leave');
        await page.waitForSelector('text=plain leave');
        expect(sources.plain).toEqual(['/en/leave ']);
        // One word alone may be one of an address.
        for (const between of [' ', '+', '%20', '-', '']) {
            expect(dropbox.requests.join('\n')).not.toContain(codename.split(' ').slice(0, 2).join(between));
        }
    });

    it('is told in its own language, and which word is wrong, without a request', async () => {
        for (const language of ['fr', 'de', 'it']) {
            await begin(language);
            await shoot(`form-${language}`);
        }
        const before = dropbox.requests.length;
        await comeBack('abacus abdomem abdominal zoology zoom yo-yo t-shirt');
        await page.waitForSelector('#error >> text=2');
        expect(dropbox.requests.length).toBe(before);
        await page.fill('#codename', 'abacus abdomen abdominal zoology zoom yo-yo t-shirt');
        await page.click('#return button');
        await page.waitForSelector('h1 >> text=Nothing under this codename');
        await shoot('none');
        expect(sources.plain).toEqual([]);
    });

    it('pauses, goes on, loses the network, loads the page again, and sends no finished segment again', async () => {
        const codename = await begin();
        const bytes = large(150_000_000);
        const film = join(folder, 'film.mp4');
        let cut = true;
        sources.cut = (path) => path.endsWith('/segments/1') && cut;
        await writeFile(film, bytes);
        await page.setInputFiles('#files', film);
        await page.click('#send button');
        await page.waitForSelector('#delay:not([hidden])', { timeout: 120_000 });
        await shoot('offline');
        await page.click('#pause');
        await page.waitForSelector('#resume:not([hidden])');
        await shoot('paused');
        let asked = '';
        page.once('dialog', (dialog) => {
            asked = dialog.type();
            void dialog.accept();
        });
        await comeBack(codename);
        expect(asked).toBe('beforeunload');
        await page.waitForSelector('#unfinished >> text=150 MB');
        await shoot('unfinished');
        cut = false;
        const changed = bytes.slice();
        changed[7] = (changed[7] ?? 0) ^ 1;
        await writeFile(film, changed);
        await page.setInputFiles('#unfinished input', film);
        await page.waitForSelector('#items >> text=not the file that was begun');
        await shoot('other-file');
        expect(dropbox.only.exhibits).toEqual([]);
        await page.click('#to-case');
        await writeFile(film, bytes);
        const from = dropbox.requests.length;
        await page.setInputFiles('#unfinished input', film);
        await page.waitForSelector('#exhibit-1', { timeout: 120_000 });
        const puts = dropbox.requests.slice(from).filter((it) => it.startsWith('PUT'));
        expect(puts.map((it) => it.slice(-1))).toEqual(['1', '2']);
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
    });

    it('who chooses a file again that has arrived is told so, and sends it once more only on the wish', async () => {
        await begin();
        const safe = file('safe.pdf', sample(100_000));
        await page.setInputFiles('#files', safe);
        await page.click('#send button');
        await page.waitForSelector('#exhibit-1');
        await page.click('main > [data-do=more]');
        await page.setInputFiles('#files', [safe, file('other.pdf', sample(70_000))]);
        await page.click('#send button');
        await page.waitForSelector('#items >> text=arrived already, as file 1');
        await page.waitForSelector('#to-case:not([hidden])');
        await shoot('arrived-before');
        expect(dropbox.only.exhibits).toHaveLength(2);
        await page.click('#items [data-do=anyway]:not([hidden])');
        await page.waitForSelector('#exhibit-3');
        expect(dropbox.only.exhibits).toHaveLength(3);
    });

    it('is told that a file goes on where it was', async () => {
        const codename = await begin();
        const film = join(folder, 'film.mp4');
        await writeFile(film, large(68_000_000));
        let cut = true;
        sources.cut = (path) => path.endsWith('/segments/1') && cut;
        await page.setInputFiles('#files', film);
        await page.click('#send button');
        await page.waitForSelector('#delay:not([hidden])', { timeout: 120_000 });
        page.once('dialog', (dialog) => void dialog.accept());
        await comeBack(codename);
        await page.waitForSelector('#unfinished input');
        cut = false;
        await page.click('main > [data-do=more]');
        const from = dropbox.requests.length;
        let hold = true;
        dropbox.trouble = (_, path) => (hold && path.endsWith('/finish') ? { status: 503, guard: 'busy', retryAfter: 60 } : undefined);
        await page.setInputFiles('#files', film);
        await page.click('#send button');
        await page.waitForSelector('#items .hint >> text=goes on where it was');
        await page.waitForSelector('#delay:not([hidden])', { timeout: 120_000 });
        await shoot('begun-before');
        hold = false;
        await tryNow();
        await page.waitForSelector('#exhibit-1');
        expect(dropbox.requests.slice(from).flatMap((it) => /^PUT.*([0-9]+)$/.exec(it)?.[1] ?? [])).toEqual(['1']);
    });

    it('is told in one tab that another sends what it would give up, and that it goes on there', async () => {
        const codename = await begin();
        const bytes = large(3_000_000);
        let cut = true;
        sources.cut = (path) => path.endsWith('/segments/0') && cut;
        await page.setInputFiles('#files', file('film.mp4', bytes));
        await page.click('#send button');
        await page.waitForSelector('#delay:not([hidden])');
        const other = await opened(context);
        await comeBack(codename, other);
        await other.waitForSelector('#unfinished >> text=3 MB');
        await other.click('#unfinished [data-do=give-up]');
        await other.waitForSelector('#unfinished .error:not([hidden]) >> text=Another tab');
        await shoot('elsewhere', other);
        expect(dropbox.only.begun.size).toBe(1);
        await other.setInputFiles('#unfinished input', file('film.mp4', bytes));
        await other.waitForSelector('#delay:not([hidden])');
        await other.click('#items [data-do=stop]');
        await other.waitForSelector('#items >> text=Another tab');
        expect(dropbox.only.begun.size).toBe(1);
        cut = false;
        await tryNow();
        await page.waitForSelector('#exhibit-1');
        expect(same((await dropbox.open(dropbox.only, 1)).bytes, bytes)).toBe(true);
    });

    it('is shown how far it is while it sends', async () => {
        await begin();
        await page.setInputFiles('#files', [file('one.pdf', large(14_000_000)), file('two.pdf', large(3_000_000))]);
        let hold = true;
        dropbox.trouble = (_, path) => (hold && path.endsWith('/segments/0') ? { status: 503, guard: 'busy', retryAfter: 20 } : undefined);
        await page.click('#send button');
        await page.waitForSelector('#delay:not([hidden])');
        await shoot('sending');
        hold = false;
        await tryNow();
        await page.waitForSelector('#exhibit-2');
    });
});

describe('where script cannot do its work', () => {
    it('the plain form stays, and says what it sends, when the Worker is not there', async () => {
        sources.gone.add('/assets/drop-worker.js');
        await page.goto(`${sources.url}/en`);
        await page.waitForSelector('#broken');
        expect(await page.isVisible('#by-plain-form')).toBe(true);
        await shoot('broken');
        await page.click('#begin button');
        await page.waitForSelector('text=plain start');
        expect(sources.plain).toEqual(['/en/start ']);
    });

    it('a server that fails is asked again, and the plain form is chosen, never with the codename in it', async () => {
        await page.goto(`${sources.url}/en/return`);
        await ready();
        expect(await page.getAttribute('#codename', 'name')).toBeNull();
        dropbox.trouble = (_, path) => (path === '/api/session' ? { status: 500, guard: '' } : undefined);
        await page.fill('#codename', 'abacus abdomen abdominal zoology zoom yo-yo t-shirt');
        await page.click('#return button');
        await page.waitForSelector('#unanswered');
        expect(await page.isVisible('#by-plain-form')).toBe(false);
        await shoot('unanswered');
        dropbox.trouble = () => undefined;
        await page.click('[data-do=again]');
        await page.waitForSelector('h1 >> text=Nothing under this codename');

        await page.goto(`${sources.url}/en/return`);
        await ready();
        dropbox.trouble = (_, path) => (path === '/api/session' ? { status: 502, guard: '' } : undefined);
        await page.fill('#codename', 'abacus abdomen abdominal zoology zoom yo-yo t-shirt');
        await page.click('#return button');
        await page.waitForSelector('#unanswered');
        await page.click('[data-do=plain]');
        await page.waitForSelector('#by-plain-form:not([hidden])');
        expect(await page.inputValue('#codename')).toBe('');
        expect(sources.plain).toEqual([]);
        await page.fill('#codename', 'chosen');
        await page.click('#return button');
        await page.waitForSelector('text=plain return');
        expect(sources.plain).toEqual(['/en/return codename=chosen']);
    });

    it('a server that fails while the word is confirmed leaves the codename good', async () => {
        await page.goto(`${sources.url}/en`);
        await ready();
        await page.click('#begin button');
        await page.waitForSelector('#word');
        const codename = (await page.textContent('#codename')) ?? '';
        const asked = Number(/[1-7]/.exec((await page.textContent('label[for=word]')) ?? '')?.[0]);
        dropbox.trouble = (_, path) => (path === '/api/session/proof' ? { status: 500, guard: '' } : undefined);
        await page.fill('#word', codename.split(' ')[asked - 1] ?? '');
        await page.click('#confirm button');
        await page.waitForSelector('#unanswered');
        expect(await page.textContent('#codename')).toBe(codename);
        dropbox.trouble = () => undefined;
        await page.click('[data-do=again]');
        await page.waitForSelector('#message');
        await page.fill('#message', 'Look at page 3.');
        await page.click('#send button');
        await page.waitForSelector('#exhibit-1');
        await comeBack(codename);
        await page.waitForSelector('#exhibit-1');
    });

    it('a codename does not stay in the plain form when the Worker breaks', async () => {
        await page.goto(`${sources.url}/en/return`);
        await ready();
        await page.fill('#codename', 'abacus abdomen abdominal zoology zoom yo-yo t-shirt');
        await page.workers()[0]?.evaluate(() => void setTimeout(() => reportError(new Error('broken')), 0));
        await page.waitForSelector('#broken');
        expect(await page.inputValue('#codename')).toBe('');
        expect(await page.getAttribute('#codename', 'name')).toBe('codename');
    });

    it('a connection that is not there is said before anything is begun', async () => {
        await page.goto(`${sources.url}/en`);
        await ready();
        let lost = true;
        dropbox.trouble = () => (lost ? 'lost' : undefined);
        await page.click('#begin button');
        await page.waitForSelector('#delay:not([hidden])');
        await shoot('begin-offline');
        lost = false;
        await tryNow();
        await page.waitForSelector('#word');
    });

    it('the plain form is there from the start without script', async () => {
        const silent = await browser.newContext({ javaScriptEnabled: false });
        const plain = await silent.newPage();
        await plain.goto(`${sources.url}/en`);
        expect(await plain.isVisible('#by-plain-form')).toBe(true);
        await shoot('plain', plain);
        await plain.click('#begin button');
        expect(sources.plain).toEqual(['/en/start ']);
        await silent.close();
    });

    it('nobody is led to the plain form by a ledger that does not add up', async () => {
        dropbox.lie = (path, body) => (path === '/api/intake' ? { ...body, receivers: [] } : body);
        await page.goto(`${sources.url}/en`);
        await ready();
        await page.click('#begin button');
        await page.waitForSelector('h1 >> text=Send nothing here');
        await shoot('evidence');
        expect(sources.plain).toEqual([]);
    });

    it('a closed intake says so', async () => {
        dropbox.closed = true;
        await page.goto(`${sources.url}/en`);
        await ready();
        await page.click('#begin button');
        await page.waitForSelector('h1 >> text=Closed at the moment');
    });

    it('who has to wait sees why, and goes on by itself', async () => {
        dropbox.work = 8;
        dropbox.inLine = 1;
        await confirm();
        await page.waitForSelector('#delay:not([hidden]) >> text=/[0-9]/');
        await shoot('waits');
        await page.waitForSelector('#message');
    });

    it('who comes on a day that is full is told so, and not led to the plain form', async () => {
        dropbox.trouble = (_, path) => (path === '/api/session/proof' ? { status: 503, guard: 'quota' } : undefined);
        await confirm();
        await page.waitForSelector('h1 >> text=Nobody new can begin today');
        await shoot('quota');
        expect(sources.plain).toEqual([]);
    });

    it('the plain form is proposed where a browser has no compiler', async () => {
        const slow = await chromium.launch({
            executablePath: process.env['SIGILLO_CHROMIUM'] ?? '/usr/bin/chromium',
            args: ['--no-sandbox', '--js-flags=--jitless'],
        });
        const other = await slow.newContext();
        const at = await opened(other);
        await at.goto(`${sources.url}/en`);
        await at.waitForSelector('#slow');
        await shoot('slow', at);
        await at.click('[data-do=plain]');
        expect(await at.isVisible('#by-plain-form')).toBe(true);
        await at.click('#begin button');
        await at.waitForSelector('text=plain start');
        await slow.close();
    });
});
