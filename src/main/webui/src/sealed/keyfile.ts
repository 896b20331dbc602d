// A person's key file: an age file (scrypt), in which the person's age identity and, as comments that age skips,
// their id, their Ed25519 seed and the pinned genesis stand.
import { Decrypter, Encrypter } from 'age-encryption';
import { type Bytes, Malformed, fromHex, fromUtf8, hex, isHash, isId, utf8 } from '../formats/bytes';
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

/** Work factor when written here; age's own reader takes up to 20. */
export const WORK = 16;

export async function readKeyFile(file: Uint8Array, passphrase: string): Promise<KeyFile> {
    const age = new Decrypter();
    age.addPassphrase(passphrase);
    let plain: Uint8Array;
    try {
        plain = await age.decrypt(file);
    } catch {
        throw new NotOpened('the passphrase does not open this file');
    }
    return parseKeyText(fromUtf8(plain));
}

export async function parseKeyText(text: string): Promise<KeyFile> {
    const lines = text.split('\n');
    const values = new Map<string, string>();
    const identities: string[] = [];
    if (lines.shift() !== '# sigillo key file v1' || lines.pop() !== '') {
        throw new Malformed('not a key file of version 1');
    }
    for (const line of lines) {
        const [, name, value] = /^# (person|signing-key|genesis): ([0-9a-f]+)$/.exec(line) ?? [];
        if (name !== undefined && value !== undefined && !values.has(name)) {
            values.set(name, value);
        } else if (!line.startsWith('#')) {
            identities.push(line);
        } else {
            throw new Malformed('a line that a key file of version 1 does not have');
        }
    }
    const person = values.get('person');
    const genesis = values.get('genesis');
    const [identity] = identities;
    if (!isId(person) || identity === undefined || identities.length !== 1) {
        throw new Malformed('a key file names one person and holds one identity');
    }
    if (genesis !== undefined && !isHash(genesis)) {
        throw new Malformed('the pinned genesis is not a hash');
    }
    const seed = fromHex(values.get('signing-key') ?? '', 32);
    return { person, seed, genesis, identity: await identityOf(identity) };
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
