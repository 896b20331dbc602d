import { describe, expect, it } from 'vitest';
import { joined } from '../src/parts';
import type { OpenedExhibit } from '../src/work';

let number = 0;

function part(name: string, sha256 = name, opened = true): OpenedExhibit {
    number += 1;
    const line = { number, exhibit: String(number), generation: 0, day: '', index: null, label: '', segments: [], damaged: [] };
    const label = { kind: 'file', name, mediaType: '', size: 10, sha256, salt: '', segments: [] };
    const source = { scope: '', size: 10, sha256, segments: [] };
    return { line, label, source: opened ? source : undefined, fault: undefined } as unknown as OpenedExhibit;
}

const names = (exhibits: readonly OpenedExhibit[]) => exhibits.map((it) => it.label?.name);

describe('a file that came in parts', () => {
    it('is one again, in the order of their numbers, whatever order they came in', () => {
        const files = joined([part('film.mp4.002'), part('letter.pdf'), part('film.mp4.001'), part('film.mp4.003')]);
        expect(files).toHaveLength(1);
        expect(files[0]).toMatchObject({ name: 'film.mp4', size: 30, missing: [], doubtful: [] });
        expect(names(files[0]?.parts ?? [])).toEqual(['film.mp4.001', 'film.mp4.002', 'film.mp4.003']);
    });

    it('may begin with 000, as other programs number', () => {
        expect(joined([part('a.000'), part('a.001')])[0]).toMatchObject({ missing: [] });
        expect(joined([part('a.000'), part('a.002')])[0]).toMatchObject({ missing: [1] });
    });

    it('says which are missing, and never more than a hundred of them', () => {
        expect(joined([part('a.001'), part('a.004')])[0]).toMatchObject({ missing: [2, 3] });
        expect(joined([part('a.001'), part('a.999')])[0]?.missing).toHaveLength(100);
    });

    it('counts a part that was sent twice once, and does not choose between two that differ', () => {
        const twice = joined([part('a.001', 'x'), part('a.001', 'x'), part('a.002', 'y')]);
        expect(twice[0]).toMatchObject({ size: 20, doubtful: [] });
        const differ = joined([part('a.001', 'x'), part('a.001', 'z'), part('a.002', 'y')]);
        expect(differ[0]).toMatchObject({ doubtful: [1] });
        expect(differ[0]?.all.map((it) => it.label?.sha256)).toEqual(['x', 'z', 'y']);
    });

    it('is none where the first part did not arrive, nor where names end in a year', () => {
        expect(joined([part('a.002'), part('a.003')])).toEqual([]);
        expect(joined([part('report.2023'), part('report.2024')])).toEqual([]);
        expect(joined([part('report.0001'), part('report.0002')])).toEqual([]);
    });

    it('is none with a single part, with other numbers, or with parts that do not open', () => {
        expect(joined([part('a.001'), part('b.002'), part('c.1'), part('2026'), part('.001'), part('.002')])).toEqual([]);
        expect(joined([part('a.001'), part('a.002', 'y', false)])).toEqual([]);
    });
});
