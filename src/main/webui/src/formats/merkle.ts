// RFC 6962 hashing, and the checks of RFC 9162 §2.1.3.2 and §2.1.4.2 as they stand there.
import { BrokenEvidence, type Bytes, hex, same, sha256 } from './bytes';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of a tree without entries. */
export const EMPTY: Bytes = sha256();

export function leafHash(entry: Uint8Array): Bytes {
    return sha256(LEAF, entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
    return sha256(NODE, left, right);
}

/** The root over these leaves, given as their entries. */
export function rootOf(entries: readonly Uint8Array[]): Bytes {
    return rootOfHashes(entries.map(leafHash));
}

function rootOfHashes(hashes: readonly Bytes[]): Bytes {
    const [first] = hashes;
    if (first === undefined) {
        return EMPTY;
    }
    if (hashes.length === 1) {
        return first;
    }
    let k = 1;
    while (2 * k < hashes.length) {
        k *= 2;
    }
    return nodeHash(rootOfHashes(hashes.slice(0, k)), rootOfHashes(hashes.slice(k)));
}

const odd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);

/** Whether this leaf is at this index of the tree of this size and root. */
export function included(
    index: number,
    size: number,
    leaf: Uint8Array,
    proof: readonly Uint8Array[],
    root: Uint8Array,
): boolean {
    if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
        return false;
    }
    if (leaf.length !== 32 || root.length !== 32) {
        return false;
    }
    let fn = index;
    let sn = size - 1;
    let r = leaf;
    for (const p of proof) {
        if (sn === 0 || p.length !== 32) {
            return false;
        }
        if (odd(fn) || fn === sn) {
            r = nodeHash(p, r);
            while (!odd(fn) && fn !== 0) {
                fn = half(fn);
                sn = half(sn);
            }
        } else {
            r = nodeHash(r, p);
        }
        fn = half(fn);
        sn = half(sn);
    }
    return sn === 0 && same(r, root);
}

/** Whether the tree of the second size and root begins with the tree of the first. */
export function consistent(
    first: number,
    second: number,
    firstRoot: Uint8Array,
    secondRoot: Uint8Array,
    proof: readonly Uint8Array[],
): boolean {
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) {
        return false; // Everything goes on from nothing: there is no proof of that to ask for.
    }
    if (first === second) {
        return proof.length === 0 && same(firstRoot, secondRoot);
    }
    let fn = first - 1;
    let sn = second - 1;
    while (odd(fn)) {
        fn = half(fn);
        sn = half(sn);
    }
    const path = fn === 0 ? [firstRoot, ...proof] : [...proof];
    const start = path.shift();
    if (start?.length !== 32) {
        return false;
    }
    let fr = start;
    let sr = start;
    for (const c of path) {
        if (sn === 0 || c.length !== 32) {
            return false;
        }
        if (odd(fn) || fn === sn) {
            fr = nodeHash(c, fr);
            sr = nodeHash(c, sr);
            while (!odd(fn) && fn !== 0) {
                fn = half(fn);
                sn = half(sn);
            }
        } else {
            sr = nodeHash(sr, c);
        }
        fn = half(fn);
        sn = half(sn);
    }
    return sn === 0 && same(fr, firstRoot) && same(sr, secondRoot);
}

export function demand(holds: boolean, where: string, root: Uint8Array): void {
    if (!holds) {
        throw new BrokenEvidence(where, `a proof up to root ${hex(root)}`, 'one that does not reach it');
    }
}
