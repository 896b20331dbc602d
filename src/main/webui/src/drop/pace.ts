// How fast it goes, over the last while, and how long the rest takes.

const WHILE = 20_000;

export class Pace {
    private readonly seen: { readonly at: number; readonly done: number }[] = [];

    /** So much is done now, counted over everything. */
    note(at: number, done: number): void {
        if (done < (this.seen.at(-1)?.done ?? 0)) {
            this.seen.length = 0;
        }
        this.seen.push({ at, done });
        while (this.seen.length > 2 && at - (this.seen[0]?.at ?? at) > WHILE) {
            this.seen.shift();
        }
    }

    /** Forgets it: a pause is no speed. */
    rest(): void {
        this.seen.length = 0;
    }

    /** Bytes a second; undefined before it can be told. */
    get speed(): number | undefined {
        const [first, last] = [this.seen[0], this.seen.at(-1)];
        const time = (last?.at ?? 0) - (first?.at ?? 0);
        const speed = ((last?.done ?? 0) - (first?.done ?? 0)) / (time / 1000);
        return time < 1000 || speed <= 0 ? undefined : speed;
    }
}
