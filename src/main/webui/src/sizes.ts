// Sizes as people read them.

/** In the largest unit that it fills. */
export function sizeText(language: string, bytes: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
    let size = bytes;
    let unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
        size /= 1000;
        unit++;
    }
    const options = { style: 'unit', unit: units[unit] ?? 'byte', maximumFractionDigits: unit === 0 ? 0 : 1 } as const;
    return new Intl.NumberFormat(language, { ...options, unitDisplay: unit === 0 ? 'long' : 'short' }).format(size);
}
