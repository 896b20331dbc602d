// A source's visit, as it is tried against the sources' API in memory.
import { beforeEach, expect } from 'vitest';
import { type Bytes } from '../src/formats/bytes';
import { Sha256 } from '../src/source/hash';
import { Source } from '../src/source/source';
import { Elsewhere, type Turns } from '../src/source/turns';
import type { Event } from '../src/source/told';
import { Dropbox, type Jar, lineTo } from './dropbox';
import { Newsroom, SMALL } from './newsroom';

export let newsroom: Newsroom;
export let dropbox: Dropbox;
/** For how long it was waited, in ms. */
export let slept: number[];

/** A newsroom and a dropbox as nobody has met them. */
export async function anew(): Promise<void> {
    newsroom = await Newsroom.of();
    dropbox = new Dropbox(newsroom);
    slept = [];
}

beforeEach(anew);

/** What the dropbox shows from now on. */
export function showing(another: Newsroom): void {
    newsroom = another;
    dropbox.newsroom = another;
}

/** A source's program, and what it was told. */
export class Visit {
    readonly events: Event[] = [];
    readonly source: Source;
    words: readonly string[] = [];

    constructor(known: { genesis?: string; instance?: string } = {}, turns: Turns = new Tabs(), jar: Jar = {}) {
        const hasher = () => {
            const hash = new Sha256();
            return {
                take: (bytes: Bytes, length: number) => Promise.resolve(void hash.update(bytes.subarray(0, length))),
                end: () => Promise.resolve(hash.hex()),
                drop: () => undefined,
            };
        };
        this.source = new Source(
            {
                transport: lineTo(dropbox, jar),
                sleep: (milliseconds) => {
                    slept.push(milliseconds);
                    return new Promise((resolve) => setTimeout(resolve, 0));
                },
                hasher,
                turns,
                segmentSize: SMALL,
                tell: (event) => this.events.push(event),
            },
            known,
        );
    }

    async begin(): Promise<this> {
        const { words, asked } = await this.source.begin();
        this.words = words;
        expect(await this.source.confirm({ word: words[asked - 1] ?? '' })).toBe(true);
        return this;
    }

    async comeBack(words: readonly string[]): Promise<this> {
        this.words = words;
        const { view } = await this.source.comeBack({ typed: words.join(' ') });
        expect(view).toBeDefined();
        return this;
    }

    /** Until this one has arrived or failed. */
    async end(key: number | undefined): Promise<string> {
        for (let i = 0; i < 5000; i++) {
            for (const event of this.events) {
                if (event.kind === 'arrived' && event.key === key) {
                    return `arrived ${event.number}`;
                }
                if (event.kind === 'failed' && event.key === key) {
                    return event.reason;
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 2));
        }
        throw new Error('it does not end');
    }

    async send(message: string, ...files: File[]): Promise<string[]> {
        const { wrong, keys } = this.source.send({ message, files });
        expect(wrong).toBeUndefined();
        return Promise.all(keys.map((key) => this.end(key)));
    }
}

/** What the tabs of one browser know of one another. */
export class Tabs implements Turns {
    private readonly sent = new Map<string, number>();

    async sending<T>(exhibit: string, deed: () => Promise<T>): Promise<T> {
        const by = (more: number) => this.sent.set(exhibit, (this.sent.get(exhibit) ?? 0) + more);
        by(1);
        try {
            return await deed();
        } finally {
            by(-1);
        }
    }

    async unlessSending(exhibit: string, deed: () => Promise<void>): Promise<void> {
        if ((this.sent.get(exhibit) ?? 0) > 0) {
            throw new Elsewhere();
        }
        await deed();
    }
}

export const fileOf = (bytes: Bytes, name = 'brief.pdf', type = 'application/pdf') => new File([bytes], name, { type });

export const puts = (from = 0) =>
    dropbox.requests
        .slice(from)
        .flatMap((request) => /^PUT .*segments\/(\d+)$/.exec(request)?.[1] ?? [])
        .map(Number);

/** Sends as much as the first segments, and is gone: as when a page is loaded again. */
export async function brokenOff(file: File, segments: number): Promise<readonly string[]> {
    const visit = await new Visit().begin();
    const before = dropbox.trouble;
    dropbox.trouble = (method, path) => (method === 'PUT' && path.endsWith(`/segments/${segments}`) ? { status: 507, guard: 'full' } : before(method, path));
    const { keys } = visit.source.send({ message: '', files: [file] });
    expect(await visit.end(keys[0])).toBe('full');
    dropbox.trouble = before;
    return visit.words;
}
