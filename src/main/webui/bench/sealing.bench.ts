// Prints MB/s of the sources' program in Chromium (/usr/bin/chromium): `infra/bench sealing`.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { expect, it } from 'vitest';

const OUT = fileURLToPath(new URL('../../../../target/webui-bench/', import.meta.url));

it('a file of 256 MiB on its way out', async () => {
    await build({
        configFile: false,
        logLevel: 'error',
        publicDir: false,
        build: {
            ...{ outDir: OUT, emptyOutDir: true, target: 'es2022', modulePreload: false },
            rolldownOptions: {
                input: fileURLToPath(new URL('sealing.ts', import.meta.url)),
                output: { entryFileNames: 'sealing.js' },
            },
        },
    });
    const program = await readFile(`${OUT}sealing.js`);
    const server = createServer((request, response) => {
        const script = request.url === '/sealing.js';
        response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' });
        response.end(script ? program : '<!doctype html><title>bench</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: process.env['SIGILLO_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    const page = await browser.newPage();
    const lines: string[] = [`Chromium ${browser.version()}`];
    await page.exposeFunction('line', (text: string) => lines.push(text));
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const end = await page.evaluate(
        () =>
            new Promise<string>((resolve) => {
                const worker = new Worker('/sealing.js', { type: 'module', name: 'source' });
                worker.onmessage = (event: MessageEvent<string>) => {
                    if (event.data.startsWith('end')) {
                        resolve(event.data);
                    } else {
                        (window as unknown as { line(text: string): void }).line(event.data);
                    }
                };
                worker.postMessage('/sealing.js');
            }),
    );
    console.log(lines.join('\n'));
    await browser.close();
    server.close();
    expect(end).toBe('end');
});
