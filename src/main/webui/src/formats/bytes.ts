// Bytes and the texts that stand for them. Every reader here is strict: what it accepts, its writer would write.
import { sha256 as hash } from '@noble/hashes/sha2.js';

export type Bytes = Uint8Array<ArrayBuffer>;

/** What was read is not in the form that its page of docs/spec describes. */
export class Malformed extends Error {
    override name = 'Malformed';
}

/** What was read contradicts the ledger or itself. Never caught to continue. */
export class BrokenEvidence extends Error {
    override name = 'BrokenEvidence';

    constructor(
        readonly where: string,
        readonly expected: string,
        readonly found: string,
    ) {
        super(`${where}: expected ${expected}, found ${found}`);
    }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Bytes {
    return encoder.encode(text);
}

export function fromUtf8(bytes: Uint8Array): string {
    try {
        return decoder.decode(bytes);
    } catch {
        throw new Malformed('not UTF-8');
    }
}

/** What can be read of it, with U+FFFD in place of what cannot. */
export function lenientUtf8(bytes: Uint8Array): { text: string; exact: boolean } {
    try {
        return { text: decoder.decode(bytes), exact: true };
    } catch {
        return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), exact: false };
    }
}

export function hex(bytes: Uint8Array): string {
    let text = '';
    for (const byte of bytes) {
        text += byte.toString(16).padStart(2, '0');
    }
    return text;
}

export function fromHex(text: string, length: number): Bytes {
    if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) {
        throw new Malformed(`not ${length} bytes in lower-case hex digits`);
    }
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
        bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
    }
    return bytes;
}

export function isHash(text: unknown): text is string {
    return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

export function isId(text: unknown): text is string {
    return typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);
}

export function base64(bytes: Uint8Array): string {
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return btoa(text);
}

export function fromBase64(text: string): Bytes {
    let binary: string;
    try {
        binary = atob(text);
    } catch {
        throw new Malformed('not base64');
    }
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    if (base64(bytes) !== text) {
        throw new Malformed('not base64 in its only form');
    }
    return bytes;
}

export function concat(...parts: Uint8Array[]): Bytes {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function sha256(...parts: Uint8Array[]): Bytes {
    const digest = hash.create();
    for (const part of parts) {
        digest.update(part);
    }
    return new Uint8Array(digest.digest());
}

/** A hash of its own domain: SHA-256(domain ‖ parts). */
export function tagged(domain: string, ...parts: Uint8Array[]): Bytes {
    return sha256(utf8(domain), ...parts);
}

export function random(length: number): Bytes {
    return crypto.getRandomValues(new Uint8Array(length));
}

/** Four hex digits at a time, so that two people can read them to each other. */
export function grouped(text: string): string {
    return text.replace(/(.{4})(?=.)/g, '$1 ');
}
