// A document without a browser, for what draws in one.
import { Window } from 'happy-dom';
import { vi } from 'vitest';

const NAMES = [
    'document',
    'NodeFilter',
    'Element',
    'Event',
    'HTMLElement',
    'HTMLInputElement',
    'HTMLProgressElement',
    'HTMLTextAreaElement',
] as const;

/** An empty one, in the place of a browser's own. */
export function blank(): Window {
    const window = new Window({ url: 'http://localhost/' });
    vi.stubGlobal('window', window);
    for (const name of NAMES) {
        vi.stubGlobal(name, window[name]);
    }
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('scrollTo', () => undefined);
    vi.stubGlobal('requestAnimationFrame', (deed: () => void) => setTimeout(deed, 0));
    vi.stubGlobal('cancelAnimationFrame', (timer: NodeJS.Timeout) => clearTimeout(timer));
    return window;
}
