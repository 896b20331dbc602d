// What the sources' page says of speed, and whether it asks if the plain form is better.
import { describe, expect, it } from 'vitest';
import { Pace } from '../src/drop/pace';
import { ENOUGH, speed } from '../src/source/speed';

describe('the pace of what is sent', () => {
    it('is told only once there is something to tell', () => {
        const pace = new Pace();
        expect(pace.speed).toBeUndefined();
        pace.note(0, 0);
        pace.note(500, 1_000_000);
        expect(pace.speed).toBeUndefined();
        pace.note(2000, 4_000_000);
        expect(pace.speed).toBe(2_000_000);
    });

    it('is that of the last while', () => {
        const pace = new Pace();
        for (let second = 0; second <= 100; second++) {
            pace.note(second * 1000, second < 50 ? second * 10 : 500 + (second - 50) * 1000);
        }
        expect(pace.speed).toBe(1000);
    });

    it('forgets a pause, and what has to be sent again', () => {
        const pace = new Pace();
        pace.note(0, 0);
        pace.note(10_000, 10_000);
        pace.rest();
        expect(pace.speed).toBeUndefined();
        pace.note(0, 9000);
        pace.note(5000, 4000);
        expect(pace.speed).toBeUndefined();
        pace.note(7000, 6000);
        expect(pace.speed).toBe(1000);
    });
});

describe('the browser’s own speed', () => {
    it('is found whatever its clock’s steps, and is not measured for long', () => {
        for (const step of [0.1, 16, 100]) {
            const begun = performance.now();
            const found = speed(() => Math.floor(performance.now() / step) * step);
            expect(found, `${step} ms`).toBeGreaterThan(0);
            expect(performance.now() - begun).toBeLessThan(2000);
        }
    });

    it('is slow where a block takes long', () => {
        let now = 0;
        expect(speed(() => (now += 4))).toBeLessThan(ENOUGH);
        expect(speed(() => (now += 0.01))).toBeGreaterThanOrEqual(ENOUGH);
    });
});
