// A source cuts a large file so that its parts survive a broken circuit (name.001, name.002 …): here they are one again.
import type { OpenedExhibit } from './work';

export interface Joined {
    /** Of the file that was cut. */
    readonly name: string;
    /** Everything of it that arrived, as it came: also a part that was sent twice. */
    readonly all: readonly OpenedExhibit[];
    /** In the order of their numbers, each once. */
    readonly parts: readonly OpenedExhibit[];
    readonly size: number;
    /** Numbers between the first and the last that did not arrive. */
    readonly missing: readonly number[];
    /** Numbers of which several with different content arrived: only a person can choose. */
    readonly doubtful: readonly number[];
}

/** Three digits, as `split -a 3` and 7-Zip write them: four may be a year. */
const PART = /^(.+)\.([0-9]{3})$/su;

/** The files of which the first part arrived, and another; a part that was sent twice counts once. */
export function joined(exhibits: readonly OpenedExhibit[]): Joined[] {
    const files = new Map<string, Map<number, OpenedExhibit[]>>();
    for (const exhibit of exhibits) {
        const [, name, number] = PART.exec(exhibit.label?.name ?? '') ?? [];
        if (name !== undefined && exhibit.source !== undefined) {
            const parts = files.get(name) ?? new Map<number, OpenedExhibit[]>();
            files.set(name, parts);
            parts.set(Number(number), [...(parts.get(Number(number)) ?? []), exhibit]);
        }
    }
    const cut = [...files].filter(([, parts]) => parts.size > 1 && (parts.has(0) || parts.has(1)));
    return cut.map(([name, parts]) => join(name, parts));
}

function join(name: string, found: ReadonlyMap<number, readonly OpenedExhibit[]>): Joined {
    const numbers = [...found.keys()].sort((a, b) => a - b);
    const first = found.has(0) ? 0 : 1;
    const missing: number[] = [];
    // A hostile name may say 999: nobody reads so long a list.
    for (let number = first; number < (numbers.at(-1) ?? 0) && missing.length < 100; number++) {
        if (!found.has(number)) {
            missing.push(number);
        }
    }
    const doubtful = numbers.filter((n) => new Set(found.get(n)?.map((part) => part.label?.sha256)).size > 1);
    const parts = numbers.flatMap((n) => found.get(n)?.slice(0, 1) ?? []);
    const size = parts.reduce((sum, part) => sum + (part.label?.size ?? 0), 0);
    const all = [...found.values()].flat().sort((a, b) => a.line.number - b.line.number);
    return { name, all, parts, size, missing, doubtful };
}
