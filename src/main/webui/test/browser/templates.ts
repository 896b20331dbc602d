// The sources' pages as the server renders them: the same templates and messages, by as much of Qute as they use.
import { readFile } from 'node:fs/promises';

const RESOURCES = new URL('../../../resources/', import.meta.url);
const INTAKE = new URL('../../../java/org/sigillo/intake/', import.meta.url);

async function english(source: string): Promise<Map<string, string>> {
    const java = await readFile(new URL(source, INTAKE), 'utf8');
    const found = java.matchAll(/@Message\(\s*"((?:[^"\\]|\\.)*)"\)\s*String (\w+)\(/g);
    return new Map([...found].map(([, text = '', name = '']) => [name, text.replaceAll('\\"', '"')]));
}

async function translated(bundle: string, language: string): Promise<Map<string, string>> {
    const text = await readFile(new URL(`messages/${bundle}_${language}.properties`, RESOURCES), 'utf8');
    return new Map(text.split('\n').map((line): [string, string] => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));
}

export interface Program {
    readonly page: string;
    readonly integrity: string;
    readonly worker: string;
    readonly genesis: string;
    readonly instance: string;
}

/** As `CheckPage` gives it. */
export interface Ledgers {
    readonly genesis: string;
    readonly entry: string;
    readonly closed: string;
}

export async function render(name: string, language: string, program: Program | undefined, ledgers?: Ledgers): Promise<string> {
    const bundle = (of: string, source: string) => (language === 'en' ? english(source) : translated(of, language));
    const texts = new Map([
        ['drop', await bundle('drop', 'Texts.java')],
        ['arrived', await bundle('arrived', 'ArrivedTexts.java')],
        ['script', await bundle('script', 'ScriptTexts.java')],
        ['wait', await bundle('wait', 'WaitTexts.java')],
        ['check', await bundle('check', 'CheckTexts.java')],
    ]);
    const template = (of: string) => readFile(new URL(`templates/drop/${of}.html`, RESOURCES), 'utf8');
    const frame = await template('frame');
    let page = await template(name);
    for (const part of ['script', 'program']) {
        page = page.replace(`{#include drop/${part} /}`, await template(part));
    }
    const title = /\{#title\}(.*?)\{\/title\}/s.exec(page)?.[1] ?? '';
    const body = page.replace(/\{#title\}.*?\{\/title\}/s, '').replace(/^\{#include drop\/frame\}|\{\/include\}\s*$/g, '');
    let html = frame
        .replace(/\{#insert title\}.*?\{\/insert\}/s, () => title)
        .replace('{#insert}{/insert}', () => body)
        .replace(/\{#for [^}]*\}.*?\{\/for\}/gs, '')
        .replace(/\{#if logo\}.*?\{\/if\}/gs, '')
        .replace(/\{#if program\}(.*?)\{\/if\}/gs, (_, inner: string) => (program === undefined ? '' : inner));
    const of = Object.entries(ledgers ?? {}).map(([key, value]): [string, string] => [`ledgers.${key}`, String(value)]);
    const values: Readonly<Record<string, string>> = { newsroom: 'The Paper', 'view.language.code': language, ...Object.fromEntries(of) };
    html = html.replace(/\{([a-z.]+)\}/g, (whole, key: string) => values[key] ?? program?.[key.split('.')[1] as keyof Program] ?? whole);
    return html.replace(/\{(drop|arrived|script|wait|check):(\w+)(?:\('([^']*)'\))?\}/g, (whole, of: string, key: string, value?: string) => {
        const text = texts.get(of)?.get(key);
        if (text === undefined) {
            throw new Error(`no text for ${whole}`);
        }
        return escaped(text.replace(/\{\w+\}/g, value ?? ''));
    });
}

function escaped(text: string): string {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
