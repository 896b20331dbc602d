// How long sealed content looks: its Padmé size, at least 64 KiB, cut every 64 MiB.

export const SEGMENT = 67_108_864;
export const LEAST = 65_536;

/** Padmé: at most 12 % more, and only O(log log) of the length shows. */
export function padme(length: number): number {
    if (length < 2) {
        return length;
    }
    let e = 0;
    while (2 ** (e + 1) <= length) {
        e++;
    }
    let s = 0;
    while (2 ** s <= e) {
        s++;
    }
    const step = 2 ** (e - s);
    return step <= 1 ? length : Math.ceil(length / step) * step;
}

export function paddedSize(size: number): number {
    if (!Number.isSafeInteger(size) || size < 0) {
        throw new RangeError('a size is a whole number');
    }
    return padme(Math.max(LEAST, size));
}

export function segmentCount(size: number, segment = SEGMENT): number {
    return Math.ceil(paddedSize(size) / segment);
}
