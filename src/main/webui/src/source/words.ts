// The EFF large word list, the one that the server has, and what a codename is (docs/spec/envelope.md §7).
import list from '../../../resources/org/sigillo/sealing/eff-large-wordlist.txt?raw';

export const WORDS: readonly string[] = list.trimEnd().split('\n');

/** Words in a codename. */
export const COUNT = 7;

const KNOWN: ReadonlySet<string> = new Set(WORDS);
const LETTERS: ReadonlySet<string> = new Set(WORDS.map((word) => word.replaceAll('-', '')));
const SHORTEST = 3;
const LONGEST = 9;
const LONGEST_TYPED = 1000;

/** A whole number below `end`, each alike: what would favour some is drawn again. */
export function below(end: number): number {
    const fair = Math.floor(2 ** 32 / end) * end;
    const drawn = new Uint32Array(1);
    for (;;) {
        const [number = 0] = crypto.getRandomValues(drawn);
        if (number < fair) {
            return number % end;
        }
    }
}

export function generate(): readonly string[] {
    return Array.from({ length: COUNT }, () => WORDS[below(WORDS.length)] ?? '');
}

/** What a person typed, in any case and with any white space: its words, and the numbers of those that no codename has. */
export function typedWords(typed: string): { readonly words: readonly string[]; readonly unknown: readonly number[] } {
    const normal = typed.slice(0, LONGEST_TYPED).normalize('NFKD').toLowerCase();
    const words = normal.split(/[\s\p{Z}]+/u).filter((word) => word !== '');
    return { words, unknown: words.flatMap((word, i) => (KNOWN.has(word) ? [] : [i + 1])) };
}

/** The seven words that were typed, or undefined if they are no codename. */
export function parse(typed: string): readonly string[] | undefined {
    const { words, unknown } = typedWords(typed);
    return typed.length <= LONGEST_TYPED && words.length === COUNT && unknown.length === 0 ? words : undefined;
}

/** Whether a message seems to hold a codename: seven neighbouring words of the list, whatever stands between their letters. */
export function looksLikeCodename(message: string): boolean {
    let last = '';
    // run[k]: the most words that end, one right after the other, k letters before here.
    const run = new Array<number>(LONGEST + 1).fill(0);
    for (const point of message) {
        for (const letter of point.normalize('NFKD').toLowerCase()) {
            if (letter < 'a' || letter > 'z') {
                continue;
            }
            last = (last + letter).slice(-LONGEST);
            run.pop();
            let most = 0;
            for (let length = SHORTEST; length <= last.length; length++) {
                if (LETTERS.has(last.slice(-length))) {
                    most = Math.max(most, (run[length - 1] ?? 0) + 1);
                }
            }
            run.unshift(most);
            if (most >= COUNT) {
                return true;
            }
        }
    }
    return false;
}
