// The few things that are asked of age: hybrid identities and recipients, and nothing else.
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { type Bytes, Malformed } from '../formats/bytes';

export interface Identity {
    readonly secret: string;
    readonly recipient: string;
}

export async function newIdentity(): Promise<Identity> {
    return identityOf(await generateHybridIdentity());
}

export async function identityOf(secret: string): Promise<Identity> {
    if (!/^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/.test(secret)) {
        throw new Malformed('not a post-quantum age identity');
    }
    return { secret, recipient: await identityToRecipient(secret) };
}

function sealer(...recipients: readonly string[]): Encrypter {
    const age = new Encrypter();
    for (const recipient of recipients) {
        if (!/^age1pq1[0-9a-z]+$/.test(recipient)) {
            throw new Malformed('not a post-quantum age recipient');
        }
        age.addRecipient(recipient);
    }
    return age;
}

function opener(identity: Identity): Decrypter {
    const age = new Decrypter();
    age.addIdentity(identity.secret);
    return age;
}

export async function seal(plain: Uint8Array, ...recipients: readonly string[]): Promise<Bytes> {
    return new Uint8Array(await sealer(...recipients).encrypt(plain));
}

export async function open(sealed: Uint8Array, identity: Identity): Promise<Bytes> {
    return new Uint8Array(await opener(identity).decrypt(sealed));
}

export async function sealStream(
    plain: ReadableStream<Uint8Array>,
    recipient: string,
): Promise<ReadableStream<Uint8Array>> {
    return sealer(recipient).encrypt(plain);
}

export async function openStream(
    sealed: ReadableStream<Uint8Array>,
    identity: Identity,
): Promise<ReadableStream<Uint8Array>> {
    return opener(identity).decrypt(sealed);
}

/** A grant's plaintext: the identity's line, so that `age -i` takes it. */
export async function sealGrant(identity: Identity, recipient: string): Promise<Bytes> {
    return seal(new TextEncoder().encode(`${identity.secret}\n`), recipient);
}

export async function openGrant(grant: Uint8Array, identity: Identity): Promise<Identity> {
    const line = new TextDecoder().decode(await open(grant, identity));
    if (!line.endsWith('\n')) {
        throw new Malformed('a grant holds one line');
    }
    return identityOf(line.slice(0, -1));
}
