// What follows from a codename (docs/spec/envelope.md §7, §14). Only the Worker knows any of it.
import { argon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bech32 } from '@scure/base';
import { type Bytes, concat, fromHex, hex, tagged, utf8 } from '../formats/bytes';
import { recipientHash } from '../formats/entry';
import { type Identity, identityOf } from '../sealed/age';

const ARGON = { m: 19_456, t: 2, p: 1, version: 0x13, dkLen: 64 };

export interface Derived {
    readonly locator: string;
    readonly identity: Identity;
    readonly keeper: Keeper;
}

/** Takes 19 MiB and some tenths of a second. */
export async function derive(words: readonly string[], instance: string): Promise<Derived> {
    const id = fromHex(instance, 32);
    const derived = argon2id(utf8(words.join(' ')), tagged('sigillo/codename/v1', id), ARGON);
    const seed = derived.slice(32);
    const locator = hex(tagged('sigillo/locator/v1', derived.subarray(0, 32)));
    const identity = await identityOf(identityText(seed));
    const keeper = new Keeper(seed, id);
    derived.fill(0);
    seed.fill(0);
    return { locator, identity, keeper };
}

export function identityText(seed: Uint8Array): string {
    return bech32.encodeFromBytes('AGE-SECRET-KEY-PQ-', seed).toUpperCase();
}

/** Knows again what this source's program has left with the server, whatever the server says of it. */
export class Keeper {
    private readonly key: Uint8Array;

    constructor(seed: Uint8Array, instance: Uint8Array) {
        this.key = hkdf(sha256, seed, instance, utf8('sigillo/sender/v1'), 32);
    }

    /** Of generation 0: that this source's program made it. */
    keepsake(recipient: string): string {
        return this.keepsakeOf(recipientHash(recipient));
    }

    /** The same, of the recipient that has this hash. */
    keepsakeOf(hash: string): string {
        return hex(this.mac('sigillo/keepsake/v1', fromHex(hash, 32)));
    }

    /** Of a segment: what was sealed in it, and as what. */
    mark(exhibit: string, number: number, cut: string, sealed: string): string {
        const place = new Uint8Array(4);
        new DataView(place.buffer).setUint32(0, number);
        return hex(this.mac('sigillo/mark/v1', fromHex(exhibit, 16), place, fromHex(cut, 32), fromHex(sealed, 32)));
    }

    private mac(domain: string, ...parts: Uint8Array[]): Bytes {
        return new Uint8Array(hmac(sha256, this.key, concat(utf8(domain), ...parts)));
    }
}
