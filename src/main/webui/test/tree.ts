// The Merkle tree of RFC 6962 §2.1, written from its words: what the product's own is compared with.
import type { Bytes } from '../src/formats/bytes';
import { EMPTY, nodeHash } from '../src/formats/merkle';

/** RFC 6962 §2.1, from its words. */
export function hashesRoot(hashes: readonly Bytes[]): Bytes {
    const [first] = hashes;
    if (first === undefined) {
        return EMPTY;
    }
    const k = split(hashes.length);
    return hashes.length === 1 ? first : nodeHash(hashesRoot(hashes.slice(0, k)), hashesRoot(hashes.slice(k)));
}

function split(n: number): number {
    let k = 1;
    while (2 * k < n) {
        k *= 2;
    }
    return k;
}

/** RFC 6962 §2.1.1, from its words. */
export function inclusionProof(m: number, hashes: readonly Bytes[]): Bytes[] {
    if (hashes.length <= 1) {
        return [];
    }
    const k = split(hashes.length);
    return m < k
        ? [...inclusionProof(m, hashes.slice(0, k)), hashesRoot(hashes.slice(k))]
        : [...inclusionProof(m - k, hashes.slice(k)), hashesRoot(hashes.slice(0, k))];
}

/** RFC 6962 §2.1.2, from its words. */
export function consistencyProof(m: number, hashes: readonly Bytes[], whole = true): Bytes[] {
    if (m === hashes.length) {
        return whole ? [] : [hashesRoot(hashes)];
    }
    const k = split(hashes.length);
    return m <= k
        ? [...consistencyProof(m, hashes.slice(0, k), whole), hashesRoot(hashes.slice(k))]
        : [...consistencyProof(m - k, hashes.slice(k), false), hashesRoot(hashes.slice(0, k))];
}
