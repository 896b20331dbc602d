// What follows from a codename, and what a sender makes with it, against the published vectors.
import { describe, expect, it } from 'vitest';
import { fromHex, hex, sha256 } from '../src/formats/bytes';
import { recipientHash } from '../src/formats/entry';
import { newIdentity, open } from '../src/sealed/age';
import { Keeper, derive, identityText } from '../src/source/codename';
import { Sha256 } from '../src/source/hash';
import { sealCut, sealedSize } from '../src/source/seal';
import { COUNT, WORDS, below, generate, looksLikeCodename, parse, typedWords } from '../src/source/words';
import { sample } from './newsroom';
import { vectorText } from './vectors';

const codename = JSON.parse(vectorText('envelope/codename.json')) as Record<string, string>;
const sender = JSON.parse(vectorText('envelope/sender.json')) as Record<string, string | number>;
const of = (name: string) => String(sender[name]);

describe('the word list', () => {
    it('is the one that the server has', () => {
        expect(hex(sha256(new TextEncoder().encode(`${WORDS.join('\n')}\n`)))).toBe(
            '6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522',
        );
        expect(WORDS).toHaveLength(7776);
    });

    it('gives seven words, each time others', () => {
        const [one, other] = [generate(), generate()];
        expect(one).toHaveLength(COUNT);
        expect(parse(one.join(' '))).toEqual(one);
        expect(one).not.toEqual(other);
    });

    it('is drawn from alike', () => {
        const counts = new Array<number>(3).fill(0);
        for (let i = 0; i < 3000; i++) {
            const n = below(3);
            counts[n] = (counts[n] ?? 0) + 1;
        }
        for (const count of counts) {
            expect(Math.abs(count - 1000)).toBeLessThan(200);
        }
    });
});

describe('a codename', () => {
    it('leads to the locator and the identity of the vectors', async () => {
        const words = parse(codename['codename'] ?? '') ?? expect.fail('not a codename');
        const derived = await derive(words, codename['instance'] ?? '');
        expect(derived.locator).toBe(codename['locator']);
        expect(derived.identity.secret).toBe(codename['identity']);
        expect(recipientHash(derived.identity.recipient)).toBe(codename['recipientSha256']);
    });

    it('is read as people type it', () => {
        const words = parse(codename['codename'] ?? '');
        expect(parse('  ABACUS abdomen\u00a0abdominal\n\tzoology  Zoom yo-yo\u3000T-shirt ')).toEqual(words);
        expect(parse('ａｂａｃｕｓ abdomen abdominal zoology zoom yo-yo t-shirt')).toEqual(words);
        expect(parse('abacus abdomen abdominal zoology zoom yo-yo')).toBeUndefined();
        expect(parse('abacus abdomen abdominal zoology zoom yo-yo tshirt')).toBeUndefined();
        expect(typedWords('abacus abdomem zoology x').unknown).toEqual([2, 4]);
    });

    it('is found in a message, however it is hidden', () => {
        const words = codename['codename'] ?? '';
        for (const hidden of [
            words,
            `My words: ${words.toUpperCase()}!`,
            words.replaceAll(' ', ''),
            words.replaceAll(/[ -]/g, '\n* '),
            words.replaceAll(/[ -]/g, '').replaceAll(/(?<=.)/g, '.'),
            words.replaceAll('a', 'ａ'),
            words.replaceAll(' ', ' 1, '),
        ]) {
            expect(looksLikeCodename(hidden), hidden).toBe(true);
        }
        expect(looksLikeCodename(words.split(' ').slice(1).join(' '))).toBe(false);
        expect(looksLikeCodename(words.replace('zoology', 'zoologyx'))).toBe(false);
        expect(looksLikeCodename('The minister met the supplier on Tuesday, in the car park behind the ministry.')).toBe(false);
    });
});

describe('what a sender keeps with the server', () => {
    const keeper = new Keeper(fromHex(of('seed'), 32), fromHex(of('instance'), 32));

    it('is marked as in the vectors', () => {
        expect(keeper.mark(of('exhibit'), Number(sender['number']), of('cut'), of('sealed'))).toBe(sender['mark']);
    });

    it('has the keepsake of the vectors', async () => {
        const { identity } = await derive(generate(), of('instance'));
        expect(keeper.keepsake(identity.recipient)).not.toBe(sender['keepsake']);
        // The vector names a recipient by its hash alone.
        const text = identityText(fromHex('07'.repeat(32), 32));
        expect(text).toMatch(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/);
        expect(keeper.keepsakeOf(of('recipientHash'))).toBe(sender['keepsake']);
    });
});

describe('SHA-256 of what comes piece by piece', () => {
    it('is that of the browser, however it is cut', async () => {
        let seed = 7;
        const next = (end: number) => (seed = (seed * 48_271) % 2_147_483_647) % end;
        for (let round = 0; round < 60; round++) {
            const bytes = sample(next(round < 40 ? 300 : 100_000));
            const own = new Sha256();
            for (let at = 0; at < bytes.length; ) {
                const length = 1 + next(round % 2 === 0 ? 70 : 5000);
                own.update(bytes.subarray(at, at + length));
                at += length;
            }
            const whole = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
            expect(own.hex(), `${bytes.length} bytes`).toBe(whole);
        }
    });
});

describe('a sealed cut', () => {
    it.each([0, 1, 65_536, 65_537, 5_000_001])('of %d bytes is an age file of its own', async (size) => {
        const identity = await newIdentity();
        const plain = sample(size);
        for (const native of [true, false]) {
            const [one, other] = [await sealCut(plain, identity.recipient, native), await sealCut(plain, identity.recipient, native)];
            expect(one).toHaveLength(sealedSize(size));
            expect(hex(sha256(await open(one, identity)))).toBe(hex(sha256(plain)));
            // File key and nonce are fresh each time.
            expect(hex(one.subarray(-32))).not.toBe(hex(other.subarray(-32)));
            expect(hex(one.subarray(1627, 1643))).not.toBe(hex(other.subarray(1627, 1643)));
        }
    });

    it('goes to post-quantum recipients only', async () => {
        await expect(sealCut(new Uint8Array(1), 'age1qqqq')).rejects.toThrow('post-quantum');
    });
});
