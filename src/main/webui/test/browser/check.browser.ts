// The page on which a receipt is checked, in a real Chromium and under its own headers, with receipts that the server's program made.
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64, fromUtf8, hex, utf8 } from '../../src/formats/bytes';
import { parseObject, text } from '../../src/formats/canonical';
import { leafHash } from '../../src/formats/merkle';
import { seal } from '../../src/sealed/age';
import { derive } from '../../src/source/codename';
import { parse } from '../../src/source/words';
import { Dropbox } from '../dropbox';
import { Newsroom } from '../newsroom';
import { vector } from '../vectors';
import { type Sources, serveSources } from './sources';

const SHOTS = new URL('../../../../../target/drop-screenshots/', import.meta.url);
const CODENAME = 'abacus abdomen abdominal zoology zoom yo-yo t-shirt';
const entryOf = (name: string) => text(parseObject(vector(`receipt/${name}`)), 'entry');
const entry = entryOf('genesis.json');
const own = vector('receipt/own.tlog-proof');
const copy = { name: 'copy.txt', mimeType: 'text/plain', buffer: Buffer.from(vector('receipt/copy.txt')) };
const other = { name: 'other.txt', mimeType: 'text/plain', buffer: Buffer.from('something else') };
const receiptOf = (bytes: Uint8Array, name = '1.tlog-proof') => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });

let browser: Browser;
let folder: string;
let newsroom: Newsroom;
let sources: Sources;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let requests: string[];

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
    sources = await serveSources(new Dropbox(newsroom));
    sources.ledgers = () => ({ genesis: hex(leafHash(fromBase64(entry))), entry, closed: entryOf('closed-genesis.json') });
    complaints = [];
    requests = [];
    context = await browser.newContext({ viewport: { width: 768, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(40_000);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
        const said = message.text();
        if (message.type() === 'error' && !said.includes('Unrecognized feature') && !/status of 404|ERR_/.test(said)) {
            complaints.push(said);
        }
    });
    page.on('request', (request) => requests.push(request.url()));
});

afterEach(async () => {
    await context.close();
    await sources.close();
    expect(complaints).toEqual([]);
});

async function shoot(name: string, of = page): Promise<void> {
    for (const width of [320, 768, 1280]) {
        await of.setViewportSize({ width, height: 900 });
        const wider = await of.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wider, `${name} at ${width} px reaches beyond its edge`).toBe(0);
        await writeFile(new URL(`check-${name}-${width}.png`, SHOTS), await of.screenshot({ fullPage: true }));
    }
    await of.setViewportSize({ width: 768, height: 900 });
}

async function visit(language = 'en'): Promise<void> {
    await page.goto(`${sources.url}/${language}/check`);
    await page.waitForSelector('#receipt');
}

/** What the page says of it. */
async function check(receipt: Parameters<Page['setInputFiles']>[1], file: Parameters<Page['setInputFiles']>[1] = []): Promise<string> {
    await page.setInputFiles('#receipt', receipt);
    await page.setInputFiles('#copy', file);
    await page.click('#go');
    await page.waitForSelector('#verdict');
    return (await page.textContent('#verdict')) ?? '';
}

const steps = async () => (await page.locator('#steps li strong').allTextContents()).map((it) => it.slice(0, 4));

describe('the page that checks receipts', () => {
    it('says of a receipt and a file whether they hold, and asks nobody', async () => {
        await visit();
        await shoot('form');
        const before = requests.length;
        expect(await check(receiptOf(own), copy)).toBe('The receipt holds, and this is the file');
        expect(await steps()).toEqual(['Hold', 'Hold', 'Hold', 'Hold', 'Not ']);
        expect(await page.textContent('#steps')).toContain('on November 24, 2026');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('verdict');
        await shoot('same');
        expect(await check(receiptOf(own), other)).toBe('The receipt holds, but this is another file');
        expect(await steps()).toEqual(['Hold', 'Hold', 'Hold', 'Does', 'Not ']);
        await shoot('other');
        expect(await check(receiptOf(own))).toBe('The receipt holds');
        expect(await check(receiptOf(vector('receipt/closed.tlog-proof')), copy)).toBe('The receipt holds, and this is the file');
        expect(await page.textContent('#steps')).toContain('this ledger is closed');
        expect(requests.slice(before)).toEqual([]);
        expect(await page.evaluate(() => JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]))).toBe(
            '[[],[],""]',
        );
    });

    it('says where one does not hold, and what is none', async () => {
        await visit();
        const altered = utf8(fromUtf8(own).replace('\nindex 5\n', '\nindex 4\n'));
        expect(await check(receiptOf(altered), copy)).toBe('This receipt does not hold');
        expect(await steps()).toEqual(['Hold', 'Does']);
        await shoot('broken');
        const unsigned = utf8(fromUtf8(own).replace('\n11\n', '\n12\n'));
        expect(await check(receiptOf(unsigned))).toBe('This receipt does not hold');
        const foreign = utf8(fromUtf8(own).replaceAll('audit.example/log-1', `<b>evil</b>${'x'.repeat(300)}`));
        expect(await check(receiptOf(foreign))).toBe('This receipt is of another ledger');
        expect(await page.textContent('#why')).toContain('<b>evil</b>');
        await shoot('other-log');
        expect(await check(receiptOf(own.slice(0, 300)))).toBe('This receipt is damaged');
        expect(await check(receiptOf(new Uint8Array(0)))).toBe('This is no receipt');
        expect(await check(copy)).toBe('This is no receipt');
        const huge = join(folder, 'huge.tlog-proof');
        await writeFile(huge, own);
        await truncate(huge, 1_000_000_000);
        expect(await check(huge)).toBe('This is no receipt');
        expect(await page.textContent('#why')).toContain('larger than any receipt');
        await page.setInputFiles('#receipt', []);
        await page.evaluate(() => document.querySelector('#checking')?.setAttribute('novalidate', ''));
        await page.click('#go');
        await page.waitForSelector('#error >> text=Choose a receipt first');
    });

    it('opens one that is sealed with the codename, by the keyboard alone', async () => {
        await visit();
        const { identity } = await derive(parse(CODENAME) ?? [], newsroom.instance);
        await page.setInputFiles('#receipt', receiptOf(await seal(own, identity.recipient), '1.age'));
        await page.waitForSelector('#sealed:not([hidden])');
        await page.focus('#receipt');
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('codename');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#verdict >> text=This receipt is sealed');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('codename');
        await shoot('sealed');
        await page.keyboard.type(CODENAME.replace('abdomen', 'abdomem'));
        await page.keyboard.press('Enter');
        await page.waitForSelector('#error >> text=number 2');
        await page.fill('#codename', CODENAME.replace('abacus', 'zoology'));
        await page.keyboard.press('Enter');
        await page.waitForSelector('#verdict >> text=was not opened');
        await page.fill('#codename', ` ${CODENAME.toUpperCase()}`);
        await page.keyboard.press('Enter');
        await page.waitForSelector('#verdict >> text=The receipt holds');
        await page.setInputFiles('#receipt', receiptOf(own));
        await page.waitForSelector('#sealed', { state: 'hidden' });
        expect(await page.inputValue('#codename')).toBe('');
    });

    it('hashes a large file, says how far it is, and stops', async () => {
        await visit();
        const film = join(folder, 'film.mp4');
        const handle = await open(film, 'w');
        await handle.truncate(3_000_000_000);
        await handle.close();
        await page.setInputFiles('#receipt', receiptOf(own));
        await page.setInputFiles('#copy', film);
        await page.click('#go');
        await page.waitForSelector('#read >> text=of 3 GB read');
        await shoot('reading');
        await page.click('#stop');
        expect(await page.isVisible('#reading')).toBe(false);
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('go');
        expect(await check(receiptOf(own), copy)).toBe('The receipt holds, and this is the file');
    });

    it('may connect to nobody, and neither may its Worker', async () => {
        await visit();
        const ask = () =>
            fetch('/api/intake').then(
                () => 'answered',
                () => 'refused',
            );
        expect(await page.evaluate(ask)).toBe('refused');
        const [worker] = page.workers();
        expect(worker?.url()).toBe(`${sources.url}/assets/drop-worker.js?alone`);
        expect(await worker?.evaluate(ask)).toBe('refused');
        expect(complaints.length).toBeGreaterThan(0);
        expect(complaints.filter((it) => !it.includes('Content Security Policy'))).toEqual([]);
        complaints = [];
    });

    it('is there in every language, on paper and in the machine’s own colours', async () => {
        for (const language of ['fr', 'de', 'it']) {
            await visit(language);
            await check(receiptOf(own), other);
            await shoot(`other-${language}`);
        }
        await page.emulateMedia({ media: 'print' });
        await shoot('print');
        await page.emulateMedia({ media: 'screen', forcedColors: 'active', colorScheme: 'dark' });
        await shoot('forced');
    });

    it('keeps to the terminal where its program fails, or its ledger is not the one that it names', async () => {
        sources.gone.add('/assets/drop-worker.js');
        await page.goto(`${sources.url}/en/check`);
        await page.waitForSelector('#failed');
        expect(await page.isVisible('#shell')).toBe(true);
        await shoot('failed');
        sources.gone.clear();
        const { closed } = sources.ledgers();
        sources.ledgers = () => ({ genesis: '00'.repeat(32), entry, closed });
        await page.goto(`${sources.url}/en/check`);
        await page.waitForSelector('#failed');
        expect(await page.locator('input').count()).toBe(0);
    });

    it('asks for nothing where no script runs', async () => {
        const silent = await browser.newContext({ javaScriptEnabled: false });
        const plain = await silent.newPage();
        await plain.goto(`${sources.url}/en/check`);
        expect(await plain.locator('input, form, button').count()).toBe(0);
        expect(await plain.textContent('#shell + p + p')).toContain('receipt 1.tlog-proof --genesis genesis.json --file film.mp4');
        await shoot('plain', plain);
        await silent.close();
    });
});
