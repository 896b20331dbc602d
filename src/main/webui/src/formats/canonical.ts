// RFC 8785 canonical JSON, as docs/spec/ledger.md §1 narrows it: no null, no fractions, whole numbers within
// ±(2^53−1), and bytes that differ from their own re-encoding are refused.
import canonicalize from 'canonicalize';
import { type Bytes, Malformed, fromUtf8, isHash, isId, utf8 } from './bytes';

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
export type Obj = { readonly [name: string]: Json };

function check(value: unknown): void {
    switch (typeof value) {
        case 'string':
            if (!value.isWellFormed()) {
                throw new Malformed('a lone surrogate');
            }
            return;
        case 'boolean':
            return;
        case 'number':
            if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
                throw new Malformed('only whole numbers within ±(2^53−1)');
            }
            return;
        case 'object':
            if (value === null) {
                throw new Malformed('null');
            }
            if (Array.isArray(value)) {
                value.forEach(check);
            } else {
                Object.entries(value).forEach(([name, member]) => {
                    check(name);
                    check(member);
                });
            }
            return;
        default:
            throw new Malformed('a value that JSON does not have');
    }
}

export function encode(value: Json): Bytes {
    check(value);
    return utf8(canonicalize(value) ?? '');
}

/** Reads an object from its canonical bytes. */
export function parseObject(bytes: Uint8Array): Obj {
    const text = fromUtf8(bytes);
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Malformed('not JSON');
    }
    check(value);
    if (!isObject(value)) {
        throw new Malformed('not a JSON object');
    }
    if (canonicalize(value) !== text) {
        throw new Malformed('not canonical');
    }
    return value;
}

function isObject(value: unknown): value is Obj {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses members that the form does not name. */
export function only(value: Obj, ...names: string[]): Obj {
    for (const name of Object.keys(value)) {
        if (!names.includes(name)) {
            throw new Malformed(`a member that this form does not name: ${name}`);
        }
    }
    return value;
}

export function member(value: Obj, name: string): Json {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (found === undefined) {
        throw new Malformed(`${name} is missing`);
    }
    return found;
}

export function text(value: Obj, name: string): string {
    const found = member(value, name);
    if (typeof found !== 'string') {
        throw new Malformed(`${name} is not a text`);
    }
    return found;
}

export function number(value: Obj, name: string): number {
    const found = member(value, name);
    if (typeof found !== 'number') {
        throw new Malformed(`${name} is not a number`);
    }
    return found;
}

export function hashText(value: Obj, name: string): string {
    const found = text(value, name);
    if (!isHash(found)) {
        throw new Malformed(`${name} is not 32 bytes in hex`);
    }
    return found;
}

export function idText(value: Obj, name: string): string {
    const found = text(value, name);
    if (!isId(found)) {
        throw new Malformed(`${name} is not an id`);
    }
    return found;
}

export function object(value: Obj, name: string): Obj {
    const found = member(value, name);
    if (!isObject(found)) {
        throw new Malformed(`${name} is not an object`);
    }
    return found;
}

export function array(value: Obj, name: string): readonly Json[] {
    const found = member(value, name);
    if (!Array.isArray(found)) {
        throw new Malformed(`${name} is not an array`);
    }
    return found as readonly Json[];
}

export function texts(value: Obj, name: string): string[] {
    return array(value, name).map((found) => {
        if (typeof found !== 'string') {
            throw new Malformed(`${name} holds something that is not a text`);
        }
        return found;
    });
}

export function objects(value: Obj, name: string): Obj[] {
    return array(value, name).map((found) => {
        if (!isObject(found)) {
            throw new Malformed(`${name} holds something that is not an object`);
        }
        return found;
    });
}

export function without(value: Obj, name: string): Obj {
    return Object.fromEntries(Object.entries(value).filter(([n]) => n !== name));
}
