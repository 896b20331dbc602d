// Where the machine forces its own colours (high contrast), a button must still look like one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SHOTS = new URL('../../../../../target/desk-screenshots/', import.meta.url);
const SHEETS = {
    doors: new URL('../../../resources/org/sigillo/web/style.css', import.meta.url),
    desk: new URL('../../src/desk.css', import.meta.url),
};

let browser: Browser;

beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath: process.env['SIGILLO_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(() => browser.close());

describe.each(Object.entries(SHEETS))('with forced colours, the sheet of the %s', (name, sheet) => {
    it.each(['dark', 'light'] as const)('draws a border around every button (%s)', async (colorScheme) => {
        const page = await browser.newPage({ forcedColors: 'active', colorScheme, viewport: { width: 600, height: 400 } });
        await page.setContent(
            '<main><h1>Sigillo</h1><p>Some words.</p><p><button id="plain">Begin</button></p>' +
                '<p><button id="quiet" class="quiet">Leave</button></p></main>',
        );
        await page.addStyleTag({ content: await readFile(sheet, 'utf8') });
        for (const id of ['plain', 'quiet']) {
            const border = await page.evaluate((of) => {
                const style = getComputedStyle(document.getElementById(of) ?? document.body);
                return { width: style.borderTopWidth, style: style.borderTopStyle, color: style.borderTopColor, page: style.backgroundColor };
            }, id);
            expect(border, id).toMatchObject({ width: '2px', style: 'solid' });
            expect(border.color, id).not.toBe(border.page);
        }
        await writeFile(new URL(`forced-${name}-${colorScheme}.png`, SHOTS), await page.screenshot());
        await page.close();
    });
});
