// A file or message as the pieces that it is sealed in (docs/spec/envelope.md §4): read one at a time, the end padded.
import type { Bytes } from '../formats/bytes';
import { paddedSize, segmentCount } from '../sealed/padding';

/** The browser cannot read the file any more: it was moved, altered, or its medium was taken out. */
export class Unreadable extends Error {
    override name = 'Unreadable';
}

export class Cuts {
    readonly size: number;
    readonly padded: number;
    readonly count: number;

    constructor(
        private readonly bytes: Blob,
        private readonly segmentSize: number,
    ) {
        this.size = bytes.size;
        this.padded = paddedSize(this.size);
        this.count = segmentCount(this.size, segmentSize);
    }

    length(number: number): number {
        return Math.min(this.segmentSize, this.padded - this.from(number));
    }

    /** Of a cut, what is content and not padding. */
    ownLength(number: number): number {
        return Math.max(0, Math.min(this.length(number), this.size - this.from(number)));
    }

    async read(number: number): Promise<Bytes> {
        const from = this.from(number);
        const own = this.ownLength(number);
        let bytes: ArrayBuffer;
        try {
            bytes = await this.bytes.slice(from, from + own).arrayBuffer();
        } catch {
            throw new Unreadable();
        }
        if (bytes.byteLength !== own) {
            throw new Unreadable();
        }
        if (own === this.length(number)) {
            return new Uint8Array(bytes);
        }
        const padded = new Uint8Array(this.length(number));
        padded.set(new Uint8Array(bytes));
        return padded;
    }

    private from(number: number): number {
        return number * this.segmentSize;
    }
}
