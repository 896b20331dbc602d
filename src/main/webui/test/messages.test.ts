import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type MessageKey, en } from '../src/messages/en';
import { LANGUAGES, type Language, TEXTS, chosenLanguage, dayText, translator } from '../src/messages/messages';
import { sizeText } from '../src/sizes';

const others = (Object.keys(LANGUAGES) as Language[]).filter((language) => language !== 'en');
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const keys = Object.keys(en) as MessageKey[];

// Words that are the same in both languages, or names.
const SAME = new Set<string>([
    ...['case.digest', 'case.message', 'case.type', 'case.exhibit', 'unlock.passphrase', 'case.file'],
    ...['releases.release', 'release.title', 'release.manifest', 'enrol.passphrase'],
]);

describe.each(others)('the texts in %s', (language) => {
    const texts = TEXTS[language];

    it('are as many as the English ones, under the same keys', () => {
        expect(Object.keys(texts).sort()).toEqual([...keys].sort());
    });

    it('have the same placeholders', () => {
        for (const key of keys) {
            expect(placeholders(texts[key]), key).toEqual(placeholders(en[key]));
        }
    });

    it('are translated', () => {
        const left = keys.filter((key) => texts[key] === en[key] && !SAME.has(key));
        expect(left).toEqual([]);
    });

    it('are plain text', () => {
        for (const key of keys) {
            expect(texts[key], key).not.toMatch(/[<>&]|\s$|^\s/);
        }
    });
});

it('every text is used, or made from a word of the program', () => {
    const folder = new URL('../src/', import.meta.url);
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('messages'))
        .map((name) => readFileSync(new URL(name, folder), 'utf8'))
        .join('\n');
    const made = [...source.matchAll(/`([a-z.]+\.)\$\{/g)].map(([, prefix = '']) => prefix);
    const unused = keys.filter((key) => !source.includes(`'${key}'`) && !made.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
});

describe('the language', () => {
    const nothing = { getItem: () => null };

    it('is the first that the browser asks for and we have', () => {
        expect(chosenLanguage(nothing, ['pt-BR', 'fr-CH', 'de'])).toBe('fr');
        expect(chosenLanguage(nothing, ['pt'])).toBe('en');
    });

    it('is the one chosen here, whatever the browser asks for', () => {
        expect(chosenLanguage({ getItem: () => 'it' }, ['de'])).toBe('it');
        expect(chosenLanguage({ getItem: () => 'xx' }, ['de'])).toBe('de');
    });

    it('fills in values, and shapes sizes and days', () => {
        expect(translator('de')('people.waiting', { done: 1 })).toBe('Wartet: 1 von 2 Bestätigungen');
        expect(sizeText('fr', 1_234_567)).toMatch(/^1,2\sMo$/);
        expect(dayText('de', '2026-11-24')).toBe('24. November 2026');
        expect(dayText('en', 'none')).toBe('none');
    });

    it('never takes a value for a pattern', () => {
        expect(translator('en')('case.save', { name: '$& {name}' })).toBe('Save $& {name}');
    });
});
