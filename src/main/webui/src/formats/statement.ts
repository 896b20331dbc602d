// Statements: one person's signed act (docs/spec/statements.md).
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Bytes, Malformed, concat, fromBase64, fromHex, hex, sha256, utf8 } from './bytes';
import { type Json, type Obj, encode, hashText, number, object, only, parseObject, text, without } from './canonical';

export const ROLES = ['reviewer', 'editor', 'counsel', 'auditor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

export type Kind =
    | 'log.opened'
    | 'person.account'
    | 'person.enrolled'
    | 'person.confirmed'
    | 'person.role-given'
    | 'rules.changed'
    | 'case.generation'
    | 'grant.given'
    | 'release.proposed'
    | 'release.vote'
    | 'release.released';

export interface Seen {
    readonly size: number;
    readonly root: string;
}

export interface Claims {
    readonly origin: string;
    readonly kind: string;
    readonly subject: string;
    readonly round: number;
    readonly decision?: string;
    readonly given?: Role;
    readonly digest: string;
    readonly rules: number;
    readonly role?: Role;
    readonly key: string;
    readonly seen: Seen;
    readonly at: string;
}

/** A statement as the API and the ledger's entries carry it. */
export interface Statement {
    readonly bytes: string;
    readonly signature: string;
}

const DOMAIN = utf8('sigillo/statement/v1\n');

export function parseRole(word: string): Role {
    const role = ROLES.find((r) => r === word);
    if (role === undefined) {
        throw new Malformed(`no role: ${word}`);
    }
    return role;
}

export function time(textOfTime: string): number {
    const at = Date.parse(textOfTime);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(textOfTime) || writeTime(at) !== textOfTime) {
        throw new Malformed('not a time in UTC and whole seconds');
    }
    return at;
}

export function writeTime(milliseconds: number): string {
    return Number.isFinite(milliseconds) ? `${new Date(milliseconds).toISOString().slice(0, 19)}Z` : '';
}

export function writeClaims(claims: Claims): Bytes {
    return encode(claims as unknown as Json);
}

export function parseClaims(bytes: Uint8Array): Claims {
    const json = only(
        parseObject(bytes),
        ...['origin', 'kind', 'subject', 'round', 'decision', 'given', 'digest', 'rules', 'role', 'key', 'seen', 'at'],
    );
    const seen = only(object(json, 'seen'), 'size', 'root');
    const claims: Claims = {
        origin: text(json, 'origin'),
        kind: text(json, 'kind'),
        subject: text(json, 'subject'),
        round: number(json, 'round'),
        digest: hashText(json, 'digest'),
        rules: number(json, 'rules'),
        key: hashText(json, 'key'),
        seen: { size: number(seen, 'size'), root: hashText(seen, 'root') },
        at: text(json, 'at'),
        ...('decision' in json ? { decision: text(json, 'decision') } : {}),
        ...('given' in json ? { given: parseRole(text(json, 'given')) } : {}),
        ...('role' in json ? { role: parseRole(text(json, 'role')) } : {}),
    };
    if (claims.round < 1 || claims.seen.size < 0) {
        throw new Malformed("a statement's round starts at 1, sizes at 0");
    }
    time(claims.at);
    return claims;
}

export function message(bytes: Uint8Array): Bytes {
    return concat(DOMAIN, bytes);
}

export function parseStatement(json: Obj): { bytes: Bytes; signature: Bytes; claims: Claims } {
    only(json, 'bytes', 'signature');
    const bytes = fromBase64(text(json, 'bytes'));
    const signature = fromBase64(text(json, 'signature'));
    if (signature.length !== 64) {
        throw new Malformed('an Ed25519 signature has 64 bytes');
    }
    return { bytes, signature, claims: parseClaims(bytes) };
}

export function signatureHolds(statement: { bytes: Uint8Array; signature: Uint8Array; claims: Claims }): boolean {
    try {
        return ed25519.verify(statement.signature, message(statement.bytes), fromHex(statement.claims.key, 32), {
            zip215: false,
        });
    } catch {
        return false;
    }
}

/** What a statement of any kind but a release's has as its digest: the event's body without its statement. */
export function bodyDigest(body: Obj): string {
    return hex(sha256(encode(without(body, 'statement'))));
}
