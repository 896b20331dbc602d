// The desk without a browser: the keyring answers in place of the Worker, the fake newsroom in place of the server.
import { Api } from '../src/api';
import { fromHex, base64 } from '../src/formats/bytes';
import { answering } from '../src/keys/answer';
import { type Carrier, Keyring } from '../src/keys/keyring';
import { Keys } from '../src/keys/keys';
import type { Reply } from '../src/keys/wire';
import { Session } from '../src/session';
import type { Store } from '../src/watch';
import { type Colleague, type Newsroom, PASSPHRASE, SMALL } from './newsroom';

export class MemoryStore implements Store {
    readonly kept = new Map<string, string>();
    getItem = (name: string) => this.kept.get(name) ?? null;
    setItem = (name: string, value: string) => void this.kept.set(name, value);
}

export function keysInPlace(carrier: Carrier): Keys {
    let take: (reply: Reply) => void = () => undefined;
    const answer = answering(new Keyring(carrier, SMALL), (reply) => take(reply));
    return new Keys({
        send: (call) => answer(call),
        onReply: (taker) => {
            take = taker;
        },
    });
}

export function carrierOf(send: (path: string, init?: RequestInit) => Promise<Response>): Carrier {
    return {
        get: async (path) => new Uint8Array(await (await send(path)).arrayBuffer()),
        put: async (path, body, sha256) => {
            const headers = { 'Content-Digest': `sha-256=:${base64(fromHex(sha256, 32))}:` };
            const response = await send(path, { method: 'PUT', headers, body });
            if (!response.ok) {
                throw new Error(await response.text());
            }
        },
    };
}

export async function sessionAs(newsroom: Newsroom, subject: string, store: Store = new MemoryStore()): Promise<Session> {
    const send = newsroom.fetchAs(subject);
    const api = new Api(send as typeof fetch);
    return new Session(api, keysInPlace(carrierOf(send)), await api.me(), store, () => newsroom.time);
}

/** Signed in and unlocked. */
export async function deskOf(newsroom: Newsroom, who: Colleague, store: Store = new MemoryStore()): Promise<Session> {
    const session = await sessionAs(newsroom, who.subject, store);
    await session.unlock(await newsroom.keyFile(who), PASSPHRASE);
    return session;
}
