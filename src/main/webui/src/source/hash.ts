// SHA-256 (FIPS 180-4) of a file that comes piece by piece. WebCrypto hashes only what it is given whole, and the library's
// code is three times slower than the sealing: here all words are 32-bit integers, which is what engines are fast with. Tests
// compare it with both.
import { type Bytes, hex } from '../formats/bytes';

const BLOCK = 64;
const SOME = 16_384;

const words = (text: string) => Int32Array.from(text.trim().split(/\s+/), (word) => Number.parseInt(word, 16) | 0);

const BEGIN = words('6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19');

const ROUNDS = words(`
    428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5
    d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
    e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da
    983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
    27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85
    a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
    19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3
    748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
`);

export class Sha256 {
    private readonly state = BEGIN.slice();
    private readonly words = new Int32Array(64);
    private readonly rest = new Uint8Array(BLOCK);
    private waiting = 0;
    private length = 0;

    update(bytes: Uint8Array): this {
        let at = 0;
        this.length += bytes.length;
        if (this.waiting > 0) {
            at = Math.min(BLOCK - this.waiting, bytes.length);
            this.rest.set(bytes.subarray(0, at), this.waiting);
            this.waiting += at;
            if (this.waiting < BLOCK) {
                return this;
            }
            this.blocks(this.rest, 0, BLOCK);
            this.waiting = 0;
        }
        const whole = bytes.length - ((bytes.length - at) % BLOCK);
        this.blocks(bytes, at, whole);
        this.rest.set(bytes.subarray(whole));
        this.waiting = bytes.length - whole;
        return this;
    }

    /** The digest of all that came. Nothing may come after it. */
    digest(): Bytes {
        const bits = this.length * 8;
        const end = new Uint8Array(this.waiting < 56 ? BLOCK : 2 * BLOCK);
        end.set(this.rest.subarray(0, this.waiting));
        end[this.waiting] = 0x80;
        const view = new DataView(end.buffer);
        view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
        view.setUint32(end.length - 4, bits % 2 ** 32);
        this.blocks(end, 0, end.length);
        const digest = new DataView(new ArrayBuffer(32));
        this.state.forEach((word, i) => digest.setInt32(4 * i, word));
        return new Uint8Array(digest.buffer);
    }

    hex(): string {
        return hex(this.digest());
    }

    /** Some at a time: what is called often is compiled best. */
    private blocks(bytes: Uint8Array, from: number, to: number): void {
        for (let at = from; at < to; at += SOME) {
            compress(this.state, this.words, bytes, at, Math.min(at + SOME, to));
        }
    }
}

// The compiler cannot know that an index is within: `as number`; the engine must be told that what is read is a word: `| 0`.
function compress(s: Int32Array, w: Int32Array, bytes: Uint8Array, from: number, to: number): void {
    let h0 = (s[0] as number) | 0;
    let h1 = (s[1] as number) | 0;
    let h2 = (s[2] as number) | 0;
    let h3 = (s[3] as number) | 0;
    let h4 = (s[4] as number) | 0;
    let h5 = (s[5] as number) | 0;
    let h6 = (s[6] as number) | 0;
    let h7 = (s[7] as number) | 0;
    for (let block = from; block < to; block += BLOCK) {
        for (let i = 0, j = block; i < 16; i++, j += 4) {
            const high = ((bytes[j] as number) << 24) | ((bytes[j + 1] as number) << 16);
            w[i] = high | ((bytes[j + 2] as number) << 8) | (bytes[j + 3] as number);
        }
        for (let i = 16; i < 64; i++) {
            const x = (w[i - 15] as number) | 0;
            const y = (w[i - 2] as number) | 0;
            const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
            const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
            w[i] = (((sigma0 + (w[i - 7] as number)) | 0) + ((sigma1 + (w[i - 16] as number)) | 0)) | 0;
        }
        let a = h0;
        let b = h1;
        let c = h2;
        let d = h3;
        let e = h4;
        let f = h5;
        let g = h6;
        let h = h7;
        for (let i = 0; i < 64; i++) {
            const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
            const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
            const choice = g ^ (e & (f ^ g));
            const majority = (a & b) | (c & (a | b));
            const t = (((((h + sum1) | 0) + choice) | 0) + (((ROUNDS[i] as number) + (w[i] as number)) | 0)) | 0;
            h = g;
            g = f;
            f = e;
            e = (d + t) | 0;
            d = c;
            c = b;
            b = a;
            a = (t + ((sum0 + majority) | 0)) | 0;
        }
        h0 = (h0 + a) | 0;
        h1 = (h1 + b) | 0;
        h2 = (h2 + c) | 0;
        h3 = (h3 + d) | 0;
        h4 = (h4 + e) | 0;
        h5 = (h5 + f) | 0;
        h6 = (h6 + g) | 0;
        h7 = (h7 + h) | 0;
    }
    s.set([h0, h1, h2, h3, h4, h5, h6, h7]);
}
