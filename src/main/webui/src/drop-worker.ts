// The Worker of the sources' pages: alone holds codename, seed and keys. The same program is a second Worker, which only hashes, and
// the one that checks receipts.
import { scriptUrl } from './policy';
import { type ToCheck, checking } from './source/checking';
import { network } from './source/drop-api';
import { hashersAt, hashing } from './source/hashing';
import type { Hasher } from './source/sending';
import { Source } from './source/source';
import { reasonOf } from './source/told';
import { turnsBy } from './source/turns';
import { ENOUGH, speed } from './source/speed';
import { SEGMENT } from './sealed/padding';
import { CALLS, type Call, type Hash, type Reply } from './source/wire';

const scope = self as unknown as {
    readonly name: string;
    onmessage: ((event: MessageEvent) => void) | null;
    postMessage(message: unknown): void;
    addEventListener(type: 'online', listener: () => void): void;
};

if (scope.name === 'hash') {
    const hash = hashing((message) => scope.postMessage(message));
    scope.onmessage = (event: MessageEvent<Hash>) => hash(event.data);
} else if (scope.name === 'check') {
    const check = checking((message) => scope.postMessage(message));
    scope.onmessage = (event: MessageEvent<ToCheck>) => void check(event.data);
} else {
    const reply = (message: Reply) => scope.postMessage(message);
    let hashers: (() => Hasher) | undefined;
    let source: Source | undefined;

    const answer = (call: Call): unknown => {
        if ('start' in call) {
            source = new Source(
                {
                    transport: network,
                    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
                    hasher: () => (hashers ??= hashersAt(new Worker(scriptUrl('/assets/drop-worker.js'), { type: 'module', name: 'hash' })))(),
                    turns: turnsBy(navigator.locks),
                    segmentSize: SEGMENT,
                    tell: (event) => reply({ event }),
                },
                call.start,
            );
            const found = speed(() => performance.now());
            return found < ENOUGH ? found : undefined;
        }
        if (source === undefined || !CALLS.includes(call.name)) {
            throw new Error('no such call');
        }
        return (source[call.name] as (ask: unknown) => unknown).call(source, call.ask);
    };

    scope.onmessage = (event: MessageEvent<Call>) => {
        const { id } = event.data;
        Promise.resolve(event.data).then(answer).then(
            (result) => reply({ id, result }),
            (error: unknown) => reply({ id, reason: reasonOf(error), message: error instanceof Error ? error.message : '' }),
        );
    };
    scope.addEventListener('online', () => source?.now());
}
