// A file's name as it may stand on another machine's disk, and in a header (RFC 8187).

// Control characters, direction marks, and what some file systems refuse.
const REFUSED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/gu;

export function safeName(name: string): string {
    const last = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
    const clean = last.toWellFormed().replace(REFUSED, '_').replace(/^[.\s]+|[.\s]+$/g, '').slice(0, 200);
    return clean === '' ? 'file' : clean;
}

// What a name could hide behind: whoever reads it must see that it is there. Joiners (U+200C, U+200D) are letters' own.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** A file's name as it is shown: what would turn its letters round or hide stands there by its number. */
export function shownName(name: string): string {
    const number = (c: string) => (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return name.toWellFormed().replace(UNSEEN, (c) => `[U+${number(c)}]`);
}

/** The same within a sentence: it cannot change the direction of the words around it (UAX #9, FSI and PDI). */
export function toldName(name: string): string {
    return `\u2068${shownName(name)}\u2069`;
}

export function disposition(name: string): string {
    const encoded = encodeURIComponent(name.toWellFormed()).replace(
        /['()*!]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `attachment; filename*=UTF-8''${encoded}`;
}
