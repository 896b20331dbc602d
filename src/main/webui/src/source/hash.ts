// SHA-256 of a file that comes piece by piece: WebCrypto hashes only what it is given whole.
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, hex } from '../formats/bytes';

export class Sha256 {
    private readonly state = sha256.create();

    update(bytes: Uint8Array): this {
        this.state.update(bytes);
        return this;
    }

    /** The digest of all that came. Nothing may come after it. */
    digest(): Bytes {
        return Uint8Array.from(this.state.digest());
    }

    hex(): string {
        return hex(this.digest());
    }
}
