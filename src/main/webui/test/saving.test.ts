import { describe, expect, it } from 'vitest';
import { pour } from '../src/keys/stream';
import { attachment } from '../src/saving/answer';
import { disposition, safeName, shownName, toldName } from '../src/saving/names';
import { once, same, sample } from './newsroom';

describe('a name on another machine’s disk', () => {
    it.each([
        ['brief.pdf', 'brief.pdf'],
        ['../../etc/passwd', 'passwd'],
        ['C:\\Users\\x\\a.txt', 'a.txt'],
        ['.bashrc', 'bashrc'],
        ['a\u202egpj.exe', 'a_gpj.exe'],
        ['a:b?c*.txt', 'a_b_c_.txt'],
        ['..', 'file'],
        ['', 'file'],
        ['x'.repeat(300), 'x'.repeat(200)],
        ['Größe.txt', 'Größe.txt'],
    ])('%j becomes %j', (name, safe) => {
        expect(safeName(name)).toBe(safe);
    });

    it('stands in a header without doubt', () => {
        expect(disposition('Größe "1".txt')).toBe("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt");
        expect(disposition("a'(b)*!.txt")).toBe("attachment; filename*=UTF-8''a%27%28b%29%2A%21.txt");
    });
});

describe('a name on the screen', () => {
    it.each([
        ['\u202egnp.exe', '[U+202E]gnp.exe'],
        ['a\u0000b\nc', 'a[U+0000]b[U+000A]c'],
        ['x\u2066y\u200fz\u200b.txt', 'x[U+2066]y[U+200F]z[U+200B].txt'],
        ['\u{e0041}', '[U+E0041]'],
        ['Größe 写真 תמונה.png', 'Größe 写真 תמונה.png'],
        ['\ud800', '\ufffd'],
    ])('%j is shown as %j', (name, shown) => {
        expect(shownName(name)).toBe(shown);
        expect(toldName(name)).toBe(`\u2068${shown}\u2069`);
    });
});

describe('what the service worker answers', () => {
    const offered = (size: number, content: AsyncGenerator<Uint8Array, void, undefined>) => {
        const channel = new MessageChannel();
        const poured = pour(content, channel.port1);
        return { poured, response: attachment({ name: 'a.bin', size, port: channel.port2 }) };
    };

    it('is an attachment that no page can run', () => {
        const { response, poured } = offered(0, once());
        expect(response.headers.get('Content-Disposition')).toContain('attachment');
        expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
        expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
        return Promise.all([response.arrayBuffer(), poured]);
    });

    it('is every byte, however it was cut', async () => {
        const bytes = sample(3_000_000);
        const cut = [0, 1, 70_000, 70_000, 2_000_000].map((at, i, all) => bytes.subarray(at, all[i + 1] ?? bytes.length));
        const { response, poured } = offered(bytes.length, once(...cut));
        expect(same(new Uint8Array(await response.arrayBuffer()), bytes)).toBe(true);
        await poured;
    });

    it('fails when the content ends early or breaks', async () => {
        const short = offered(11, once(sample(10)));
        await expect(short.response.arrayBuffer()).rejects.toThrow('ended early');
        await short.poured;

        // eslint-disable-next-line @typescript-eslint/require-await
        async function* broken() {
            yield sample(10);
            throw new Error('segment 1: broken');
        }
        const { response, poured } = offered(20, broken());
        const failed = expect(poured).rejects.toThrow('broken');
        await expect(response.arrayBuffer()).rejects.toThrow('broken');
        await failed;
    });

    it('asks for no more than is wanted', async () => {
        let taken = 0;
        // eslint-disable-next-line @typescript-eslint/require-await
        async function* endless() {
            for (;;) {
                taken++;
                yield new Uint8Array(524_288);
            }
        }
        const { response, poured } = offered(Number.MAX_SAFE_INTEGER, endless());
        const stopped = expect(poured).rejects.toThrow('stopped');
        const reader = response.body?.getReader();
        await reader?.read();
        await reader?.cancel();
        await stopped;
        expect(taken).toBeLessThan(8);
    });
});
