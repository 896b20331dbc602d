// Work before a session, where the server asks for some because many come (docs/spec/drop-api.md §1).
import { sha256 } from '@noble/hashes/sha2.js';
import { Malformed, utf8 } from '../formats/bytes';

/** More than anybody should be asked: half a minute of a slow browser. */
const MOST = 24;

/** Hashes between two looks at who else wants this thread. */
const AT_ONCE = 20_000;

function zeros(hash: Uint8Array): number {
    let count = 0;
    for (const byte of hash) {
        if (byte !== 0) {
            return count + Math.clz32(byte) - 24;
        }
        count += 8;
    }
    return count;
}

/** The least number whose hash, after the token's, begins with so many zero bits. */
export async function work(token: string, bits: number): Promise<number> {
    if (!Number.isSafeInteger(bits) || bits < 0 || bits > MOST) {
        throw new Malformed('work that nobody would do is asked');
    }
    const begun = sha256.create().update(utf8(`sigillo/work/v1\n${token}\n`));
    for (let found = 0; ; found++) {
        if (zeros(begun.clone().update(utf8(String(found))).digest()) >= bits) {
            return found;
        }
        if (found % AT_ONCE === AT_ONCE - 1) {
            await new Promise((go) => setTimeout(go, 0));
        }
    }
}
