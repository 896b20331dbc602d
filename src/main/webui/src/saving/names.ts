// A file's name as it may stand on another machine's disk, and in a header (RFC 8187).

// Control characters, direction marks, and what some file systems refuse.
const REFUSED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/gu;

export function safeName(name: string): string {
    const last = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
    const clean = last.toWellFormed().replace(REFUSED, '_').replace(/^[.\s]+|[.\s]+$/g, '').slice(0, 200);
    return clean === '' ? 'file' : clean;
}

export function disposition(name: string): string {
    const encoded = encodeURIComponent(name.toWellFormed()).replace(
        /['()*!]/g,
        (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `attachment; filename*=UTF-8''${encoded}`;
}
