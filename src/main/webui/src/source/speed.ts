// How fast this browser runs such programs. Without its compiler (Tor Browser's higher levels) it is some fifty times slower.
import { Sha256 } from './hash';

const LONGEST = 400;
const BLOCK = 4096;

/** MB a second from which on nobody need be asked. Without a compiler it is three or four at best. */
export const ENOUGH = 10;

/**
 * MB a second: the best that was seen between two ticks of the clock, since a browser compiles only what it runs often, and a busy
 * machine lets others go first. Ends as soon as it is enough, mostly within a tenth of a second. (Tor Browser's clock ticks ten
 * times a second only.)
 */
export function speed(now: () => number): number {
    const block = new Uint8Array(BLOCK);
    const begun = now();
    const hash = new Sha256();
    let best = 0;
    let bytes = 0;
    for (let ticks = 0, last = begun; best < ENOUGH && (ticks < 2 || last - begun < LONGEST); ) {
        hash.update(block);
        bytes += BLOCK;
        const at = now();
        if (at > last) {
            // The first began in the middle of a tick.
            best = ticks++ === 0 ? 0 : Math.max(best, bytes / 1000 / (at - last));
            last = at;
            bytes = 0;
        }
    }
    return best;
}
