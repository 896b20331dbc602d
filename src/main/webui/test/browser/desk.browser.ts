// The built desk in a real Chromium, under the desk's own headers, against the fake newsroom.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hex, sha256, utf8 } from '../../src/formats/bytes';
import { SEGMENT } from '../../src/sealed/padding';
import { type Colleague, Newsroom, PASSPHRASE, same, sample } from '../newsroom';
import { type Served, serve } from './serve';

const SHOTS = new URL('../../../../../target/desk-screenshots/', import.meta.url);
const NEW_PASSPHRASE = 'seven otters sing over quiet harbours';

let browser: Browser;
let newsroom: Newsroom;
let served: Served;
const complaints: string[] = [];

beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath: process.env['SIGILLO_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    const founders = (await Newsroom.of()).founders;
    newsroom = new Newsroom(founders, new Map([['nils', ['reviewer']]]));
    newsroom.segmentSize = SEGMENT;
    served = await serve(newsroom);
});

afterAll(async () => {
    await browser.close();
    await served.close();
});

async function signedIn(subject: string, locale = 'en'): Promise<[Page, BrowserContext]> {
    const context = await browser.newContext({ locale, viewport: { width: 1200, height: 900 } });
    await context.addCookies([{ name: 'account', value: subject, url: served.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
        // A browser of another year knows other features.
        const unknown = message.text().includes('Unrecognized feature');
        if (!unknown && (message.type() === 'error' || message.text().includes('Permissions-Policy'))) {
            complaints.push(message.text());
        }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
        if (!request.url().startsWith(served.url)) {
            complaints.push(`a request to ${request.url()}`);
        }
    });
    await page.goto(served.url);
    return [page, context];
}

async function unlock(page: Page, file: Uint8Array, passphrase: string): Promise<void> {
    await page.setInputFiles('#key-file', { name: 'key.age', mimeType: 'application/octet-stream', buffer: Buffer.from(file) });
    await page.fill('#passphrase', passphrase);
    await page.click('#unlock');
}

async function atDesk(who: Colleague, locale = 'en'): Promise<[Page, BrowserContext]> {
    const [page, context] = await signedIn(who.subject, locale);
    await page.click('#to-unlock');
    await unlock(page, await newsroom.keyFile(who), PASSPHRASE);
    await page.waitForSelector('#lock');
    return [page, context];
}

/** Desktop and 320 px wide; nothing may reach beyond the edge. */
async function shoot(page: Page, name: string): Promise<void> {
    for (const [form, width] of [['wide', 1200], ['narrow', 320]] as const) {
        await page.setViewportSize({ width, height: 900 });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wider, `${name} at ${width} px reaches beyond its edge`).toBe(0);
        await writeFile(new URL(`${name}-${form}.png`, SHOTS), await page.screenshot({ fullPage: true }));
    }
    await page.setViewportSize({ width: 1200, height: 900 });
}

async function saved(page: Page, link: string): Promise<Uint8Array> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(link)]);
    return new Uint8Array(await readFile(await download.path()));
}

describe('the desk in Chromium', () => {
    it('asks whoever is signed out to sign in', async () => {
        const context = await browser.newContext({ locale: 'de' });
        const page = await context.newPage();
        await page.goto(served.url);
        expect(await page.textContent('#sign-in')).toBe('Anmelden');
        await context.close();
    });

    it('goes the whole way from a new colleague to a published release', async () => {
        const [nils, nilsContext] = await signedIn('nils');
        await shoot(nils, 'welcome');
        await nils.click('#to-enrol');
        await nils.fill('#new-passphrase', NEW_PASSPHRASE);
        await nils.fill('#again-passphrase', NEW_PASSPHRASE);
        await nils.click('#make-keys');
        await nils.waitForSelector('#save-key-file', { timeout: 60_000 });
        await shoot(nils, 'enrol');
        const keyFile = await saved(nils, '#save-key-file');
        expect(new TextDecoder().decode(keyFile.subarray(0, 60))).toMatch(/^age-encryption.org\/v1\n-> scrypt \S+ 18\n/);
        await nils.check('#key-file-saved');
        await nils.click('#enrol');
        await nils.waitForSelector('[data-testid=enrolled]');
        const fingerprint = await nils.textContent('[data-testid=own-fingerprint]');
        await nilsContext.close();
        const person = newsroom.enrolled[0]?.colleague.id ?? expect.fail('nobody enrolled');

        const [rosas, rosasContext] = await atDesk(newsroom.named('Rosa'));
        await rosas.click('#nav-people');
        // Taken in, and in no entry before the beat.
        await rosas.route('**/api/people/*/confirm', (route) => route.fulfill({ status: 204 }));
        await rosas.check(`#compared-${person}`);
        await rosas.click(`#confirm-${person}`);
        await rosas.waitForSelector(`[data-testid=person-${person}] [data-testid=underway]`);
        expect(await rosas.locator(`#confirm-${person}`).count()).toBe(0);
        await shoot(rosas, 'underway');
        await rosasContext.close();

        for (const name of ['Edith', 'Ada']) {
            const [page, context] = await atDesk(newsroom.named(name));
            await page.click('#nav-people');
            const card = page.locator(`[data-testid=person-${person}]`);
            expect(await card.locator('[data-testid=fingerprint]').textContent()).toBe(fingerprint);
            await page.check(`#compared-${person}`);
            if (name === 'Edith') {
                await shoot(page, 'people');
            }
            await page.click(`#confirm-${person}`);
            await page.waitForSelector('[data-testid=status] .said');
            if (name === 'Ada') {
                await page.click('#nav-health');
                await page.click('#check-health');
                await page.waitForSelector('[data-testid=evidence].good');
                const names = await page.locator('[data-testid=health] dt').allTextContents();
                expect(names).toContain('Last found whole');
                expect(names.filter((name) => /^[a-z]|[a-z][A-Z]/.test(name))).toEqual([]);
                expect(await page.locator('[data-testid=health] .fault').allTextContents()).toEqual([
                    expect.stringMatching(/^tsa\.example: no time stamp since .*25/),
                ]);
                const vault = await page.locator('[data-testid=vault] dd').allTextContents();
                expect(vault).toEqual([
                    'Object Lock of the store',
                    '1',
                    expect.stringContaining('12 objects, 0 left'),
                    expect.stringContaining('7 objects so far'),
                    '1',
                    '2',
                    '3',
                ]);
                await shoot(page, 'health');
            }
            await context.close();
        }
        expect(newsroom.trust().counts(person, 'reviewer')).toBe(true);

        const [rosa, file] = [newsroom.named('Rosa'), sample(300_000)];
        const made = await newsroom.case([rosa], { bytes: utf8('Look at page 3.\nThe dates are wrong.') }, { name: 'brief.pdf', bytes: file });
        const [page, context] = await atDesk(rosa);
        await page.click('#nav-cases');
        await shoot(page, 'cases');
        newsroom.lost.add(1);
        await page.click(`[data-testid=case-${made.id}] a`);
        await page.click('#open-case');
        await page.waitForSelector('[data-testid=message] >> text=The dates are wrong.');
        expect(same(await saved(page, '#save-2'), file)).toBe(true);
        await page.waitForSelector('[data-testid=status] >> text=brief.pdf');
        await page.click(`#grant-${person}`);
        await page.waitForSelector(`#grant-${person}`, { state: 'detached' });
        await page.click('#take-up');
        await page.waitForSelector('[data-testid=taken-up] >> text=25');
        expect(await page.textContent('[data-testid=damaged-1]')).toContain('another copy of the vault');
        await shoot(page, 'case');
        await page.check('#use-1');
        await page.check('#use-2');
        await page.click('#to-propose');
        await page.fill('#release-title', 'The brief');
        await page.fill('#release-reason', 'The public pays for it.');
        await page.fill('#release-countries', 'fr de');
        await shoot(page, 'propose');
        await page.click('#propose');
        await page.waitForSelector('[data-testid=release-state]');
        const release = newsroom.releases[0]?.id ?? expect.fail('nothing proposed');
        await context.close();

        for (const name of ['Edith', 'Emil']) {
            const [editor, editorContext] = await atDesk(newsroom.named(name));
            await editor.click('#nav-releases');
            await shoot(editor, 'releases');
            await editor.click(`[data-testid=release-${release}] a`);
            expect(await editor.locator('#approve').count()).toBe(0);
            await editor.waitForSelector('[data-testid=release-people] >> text=Rosa,');
            const approvedBy = editor.locator('[data-testid=release-people] dd').last();
            expect(await approvedBy.textContent()).toBe(name === 'Edith' ? 'nobody yet' : 'Edith');
            await editor.click('#open-release');
            await editor.waitForSelector('[data-testid=manifest]');
            expect(same(await saved(editor, '#save-item-2'), file)).toBe(true);
            await editor.click('#approve');
            await editor.waitForSelector('#approve', { state: 'detached' });
            await shoot(editor, `release-${name}`);
            if (name === 'Emil') {
                await editor.click('#publish');
                await editor.waitForSelector('#published-page');
                await shoot(editor, 'published');
            }
            await editorContext.close();
        }
        expect(newsroom.releases[0]?.readingKey).toMatch(/^AGE-SECRET-KEY-PQ-1/);

        const [again, againContext] = await signedIn('nils');
        await again.click('#to-unlock');
        await unlock(again, keyFile, NEW_PASSPHRASE);
        await again.click('#nav-cases');
        await again.click(`[data-testid=case-${made.id}] a`);
        await again.waitForSelector('[data-testid=message] >> text=The dates are wrong.');
        await againContext.close();
    });

    it('leaves nothing of what was under way beside what went wrong', async () => {
        const rosa = newsroom.named('Rosa');
        const [page, context] = await signedIn(rosa.subject);
        await page.click('#to-unlock');
        await unlock(page, await newsroom.keyFile(rosa), 'not the passphrase at all');
        await page.waitForSelector('[data-testid=alert] .failure');
        expect(await page.locator('[data-testid=status]').textContent()).toBe('');
        await shoot(page, 'wrong-passphrase');
        await context.close();
    });

    it('saves a file that came in parts as the one that it was', async () => {
        const rami = newsroom.named('Rami');
        const whole = sample(900_000);
        const cut = [0, 300_000, 600_000].map((at) => whole.subarray(at, at + 300_000));
        const parts = [2, 0, 1].map((i) => ({ name: `film.mp4.00${i + 1}`, bytes: cut[i] ?? whole }));
        const made = await newsroom.case([rami], ...parts, { name: 'notes.txt', bytes: utf8('one\n') });
        const [page, context] = await atDesk(rami);
        await page.click('#nav-cases');
        await page.click(`[data-testid=case-${made.id}] a`);
        await page.click('#open-case');
        const card = page.locator('[data-testid="parts-film.mp4"]');
        expect(await card.textContent()).toContain('3 files here, exhibits 2, 3, 1');
        expect(same(await saved(page, '#save-parts-2'), whole)).toBe(true);
        await page.waitForSelector('[data-testid=status] >> text=film.mp4');
        expect(await page.locator('[data-testid=exhibits] > li').count(), 'parts stand with their file').toBe(1);
        await page.click('#each-2 summary');
        expect(same(await saved(page, '#save-1'), cut[2] ?? whole), 'and are to be had one by one').toBe(true);
        await shoot(page, 'parts');
        await context.close();
    });

    it('answers a source, and shows first what it will read', async () => {
        const rami = newsroom.named('Rami');
        const made = await newsroom.case([rami], { bytes: utf8('Look at page 3.') });
        const [page, context] = await atDesk(rami);
        await page.goto(`${served.url}/#/cases/${made.id}`);
        await page.click('#open-case');
        expect(await page.isDisabled('#reply-send')).toBe(true);
        const words = 'Thank you.\nWho else could have had it? <b>Nobody?</b>';
        await page.fill('#reply-words', words);
        expect(await page.textContent('[data-testid=reply-preview] blockquote')).toBe(words);
        await shoot(page, 'reply');
        await page.click('#reply-send');
        await page.waitForSelector('[data-testid=reply-1]');
        expect(await page.textContent('[data-testid=reply-1]')).toBe(words);
        expect(await page.inputValue('#reply-words')).toBe('');
        expect(await page.textContent('[data-testid=status]')).toContain('The answer is sealed, signed and sent.');
        expect(made.replies).toHaveLength(1);
        made.replies[0] = { ...(made.replies[0] ?? expect.fail('nothing sent')), box: null };
        await page.click('#again');
        await page.waitForSelector('[data-testid=replies] .notice >> text=removed');
        await shoot(page, 'replies');
        made.wishes.push({ wish: 'deletion', day: '2026-11-25', settled: null });
        await page.click('#nav-cases');
        await page.waitForSelector(`[data-testid=case-${made.id}] .fault >> text=deleted`);
        await page.click(`[data-testid=case-${made.id}] a`);
        await page.click('#settle-deletion');
        await page.waitForSelector('[data-testid=wish-deletion] >> text=Seen to');
        await shoot(page, 'wish');
        await context.close();
    });

    it('shows what can be read of a message that is not UTF-8, and says so', async () => {
        const rami = newsroom.named('Rami');
        const made = await newsroom.case([rami], { bytes: Uint8Array.of(...utf8('caf'), 0xe9, ...utf8(' at noon')) });
        const [page, context] = await atDesk(rami);
        await page.goto(`${served.url}/#/cases/${made.id}`);
        await page.click('#open-case');
        await page.waitForSelector('[data-testid=message] >> text=caf\ufffd at noon');
        await page.waitForSelector('.notice >> text=UTF-8');
        await shoot(page, 'not-utf8');
        await context.close();
    });

    it.each([
        ['en', ['begins at once', 'has to wait', 'begins nothing today', 'no room', 'begins at once again'], 'sigillo.intake.new-cases'],
        ['fr', ['commence aussitôt', 'doit attendre', 'ne commence rien', 'place', 'commence de nouveau'], 'sigillo.intake.new-cases'],
        ['de', ['beginnt sofort', 'muss warten', 'beginnt heute nichts', 'kein Platz', 'beginnt wieder'], 'sigillo.intake.new-cases'],
        ['it', ['comincia subito', 'deve aspettare', 'non comincia nulla', 'posto', 'comincia di nuovo'], 'sigillo.intake.new-cases'],
    ])('says to an administrator, in %s, what becomes of who comes for the first time, and what to do', async (language, words, setting) => {
        const [page, context] = await atDesk(newsroom.named('Ada'), language);
        for (const [i, state] of ['free', 'slowed', 'full', 'room', 'refused'].entries()) {
            newsroom.crowd = { cases: [12, 620, 1000, 12, 3][i] ?? 0, quota: 1000, calling: 'somebody', state };
            await page.click('#nav-people');
            await page.click('#nav-health');
            const said = page.locator('[data-testid=intake]');
            await said.locator('dd').nth(1).waitFor();
            expect(await said.locator('dd').nth(1).textContent()).toContain(words[i]);
            expect(await said.locator('dd').nth(1).getAttribute('class')).toBe(state === 'free' ? 'good' : 'fault');
            expect(await said.locator('dd').nth(0).textContent()).toMatch(/1.?000/);
            const todo = page.locator('[data-testid=intake-todo]');
            expect(await todo.count()).toBe(state === 'free' ? 0 : 1);
            if (state === 'slowed' || state === 'full') {
                expect(await todo.textContent()).toContain(setting);
            }
            await shoot(page, `health-intake-${state}-${language}`);
        }
        newsroom.crowd = { cases: 12, quota: 1000, calling: 'nobody', state: 'free' };
        await context.close();
    });

    it('links the account of a person of the genesis', async () => {
        const cleo = newsroom.named('Cleo');
        cleo.linked = false;
        const [page, context] = await signedIn(cleo.subject, 'it');
        await unlock(page, await newsroom.keyFile(cleo), PASSPHRASE);
        await page.waitForSelector('#link-account');
        await shoot(page, 'link');
        await page.click('#link-account');
        await page.waitForSelector('#nav-releases');
        expect(newsroom.trust().person(cleo.id)?.account).toMatch(/^[0-9a-f]{64}$/);
        await context.close();
    });

    it('works by keyboard alone, and says where it is', async () => {
        const edith = newsroom.named('Edith');
        const [page, context] = await signedIn(edith.subject);
        await page.waitForSelector('#nav-people');
        await page.focus('#nav-people');
        await page.keyboard.press('Enter');
        await page.waitForSelector('[data-testid=people]');
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
        expect(await page.title()).toBe('People – Sigillo desk');
        const unnamed = await page.evaluate(() =>
            [...document.querySelectorAll('input, select, textarea, button, a')]
                .filter((e) => (e as HTMLInputElement).labels?.length !== 1 && e.textContent.trim() === '')
                .map((e) => e.outerHTML),
        );
        expect(unnamed).toEqual([]);
        await context.close();
    });

    it('saves a file of several segments as it was', async () => {
        const rami = newsroom.named('Rami');
        const large = sample(SEGMENT + 5_000_000);
        const made = await newsroom.case([rami], { name: 'large.bin', bytes: large });
        const [page, context] = await atDesk(rami);
        await page.goto(`${served.url}/#/cases/${made.id}`);
        await page.click('#open-case');
        await page.waitForSelector('#save-1');
        const found = await saved(page, '#save-1');
        expect(hex(sha256(found))).toBe(hex(sha256(large)));
        await context.close();
    });

    it('shows what a name would hide', async () => {
        const rami = newsroom.named('Rami');
        const made = await newsroom.case([rami], { name: '\u202egnp.exe', bytes: sample(10) });
        const [page, context] = await atDesk(rami);
        await page.goto(`${served.url}/#/cases/${made.id}`);
        await page.click('#open-case');
        await page.waitForSelector('#save-1');
        const card = page.locator('[data-testid=exhibit-1]');
        expect(await card.locator('h2 bdi').textContent()).toBe('[U+202E]gnp.exe');
        expect(await card.locator('#save-1').textContent()).toBe('Save \u2068[U+202E]gnp.exe\u2069');
        await shoot(page, 'hidden-name');
        await context.close();
    });

    it('stops at a ledger that was rewritten, and says so in the reader’s language', async () => {
        const edith = newsroom.named('Edith');
        const [page, context] = await signedIn(edith.subject, 'fr');
        await page.click('#to-unlock');
        await unlock(page, await newsroom.keyFile(edith), PASSPHRASE);
        await page.waitForSelector('#lock');
        await page.click('#nav-people');
        await page.waitForSelector('[data-testid=people] li');
        const gone = newsroom.entries.pop();
        await page.click('#again');
        await page.waitForSelector('[data-testid=alarm]');
        await shoot(page, 'alarm');
        expect(await page.locator('#lock').count()).toBe(0);
        newsroom.entries.push(gone ?? expect.fail('no entry'));
        await context.close();
    });

    it('asks nothing of others and breaks no rule of the page', () => {
        // Whoever is refused shows up on the console too; here nobody was.
        expect(complaints).toEqual([]);
    });
});
