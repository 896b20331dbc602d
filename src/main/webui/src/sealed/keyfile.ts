// A person's key file: an age file (scrypt), in which the person's age identity and, as comments that age skips,
// their id, their Ed25519 seed and the pinned genesis stand.
import { Decrypter, Encrypter, armor } from 'age-encryption';
import { type Bytes, Malformed, fromHex, fromUtf8, hex, utf8 } from '../formats/bytes';
import { type Identity, identityOf } from './age';

export interface KeyFile {
    readonly person: string;
    readonly seed: Bytes;
    readonly genesis: string | undefined;
    readonly identity: Identity;
}

/** The passphrase does not open the file, or the file is no key file: nobody can tell which. */
export class NotOpened extends Error {
    override name = 'NotOpened';
}

/** log2 of scrypt's cost: a second or two here, and 256 MiB for whoever guesses. Readers take up to 20. */
export const WORK = 18;

export async function readKeyFile(file: Uint8Array, passphrase: string): Promise<KeyFile> {
    const age = new Decrypter();
    age.addPassphrase(passphrase);
    let plain: Uint8Array;
    try {
        plain = await age.decrypt(dearmored(file));
    } catch {
        throw new NotOpened('the passphrase does not open this file');
    }
    return parseKeyText(fromUtf8(plain));
}

function dearmored(file: Uint8Array): Uint8Array {
    const begin = new TextDecoder().decode(file.subarray(0, 64)).trimStart();
    return begin.startsWith('-----BEGIN AGE') ? armor.decode(new TextDecoder().decode(file)) : file;
}

const FORM =
    /^# sigillo key file v1\n# person: ([0-9a-f]{32})\n# signing-key: ([0-9a-f]{64})\n(?:# genesis: ([0-9a-f]{64})\n)?(AGE-SECRET-KEY-PQ-1[0-9A-Z]+)\n$/;

export async function parseKeyText(text: string): Promise<KeyFile> {
    const [, person, seed, genesis, identity] = FORM.exec(text) ?? [];
    if (person === undefined || seed === undefined || identity === undefined) {
        throw new Malformed('not a key file of version 1');
    }
    return { person, seed: fromHex(seed, 32), genesis, identity: await identityOf(identity) };
}

export function keyText(file: KeyFile): string {
    const pin = file.genesis === undefined ? '' : `# genesis: ${file.genesis}\n`;
    const own = `# person: ${file.person}\n# signing-key: ${hex(file.seed)}\n`;
    return `# sigillo key file v1\n${own}${pin}${file.identity.secret}\n`;
}

export async function writeKeyFile(file: KeyFile, passphrase: string, work = WORK): Promise<Bytes> {
    const age = new Encrypter();
    age.setPassphrase(passphrase);
    age.setScryptWorkFactor(work);
    return new Uint8Array(await age.encrypt(utf8(keyText(file))));
}
