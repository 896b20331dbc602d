// The Worker's side of the wire, apart from the Worker itself so that tests can run it in place.
import type { Keyring, Source } from './keyring';
import { pour } from './stream';
import type { Ask, Call, Name, Reply } from './wire';

export function answering(keyring: Keyring, reply: (reply: Reply, transfer: Transferable[]) => void) {
    const run = async (call: Call): Promise<unknown> => {
        const progress = throttled((done, total) => reply({ id: call.id, kind: 'progress', done, total }, []));
        const ask = <N extends Name>() => call.ask as Ask<N>;
        switch (call.name) {
            case 'unlock':
                return keyring.unlock(ask<'unlock'>());
            case 'lock':
                { keyring.lock(); return; }
            case 'makeKeyFile':
                return keyring.makeKeyFile(ask<'makeKeyFile'>());
            case 'sign':
                return keyring.sign(ask<'sign'>());
            case 'openGrant':
                return keyring.openGrant(ask<'openGrant'>());
            case 'openLabel':
                return keyring.openLabel(ask<'openLabel'>());
            case 'sealReply':
                return keyring.sealReply(ask<'sealReply'>());
            case 'openReply':
                return keyring.openReply(ask<'openReply'>());
            case 'makeGeneration':
                return keyring.makeGeneration(ask<'makeGeneration'>());
            case 'grants':
                return keyring.grants(ask<'grants'>());
            case 'readText':
                return keyring.readText(ask<'readText'>());
            case 'propose':
                return keyring.propose(ask<'propose'>(), progress);
            case 'openRelease':
                return keyring.openRelease(ask<'openRelease'>());
            case 'checkRelease':
                return keyring.checkRelease(ask<'checkRelease'>(), progress);
            case 'readingKey':
                return keyring.readingKey(ask<'readingKey'>());
            case 'save': {
                const { sources, port } = ask<'save'>();
                const total = sources.reduce((sum, source) => sum + source.size, 0);
                return pour(counted(readAll(keyring, sources), total, progress), port);
            }
        }
    };
    return (call: Call): void => {
        run(call).then(
            (result) => reply({ id: call.id, kind: 'done', result }, []),
            (error: unknown) => {
                const { name, message } = error instanceof Error ? error : new Error(String(error));
                reply({ id: call.id, kind: 'failed', error: name, message }, []);
            },
        );
    };
}

async function* readAll(
    keyring: Keyring,
    sources: readonly Source[],
): AsyncGenerator<Uint8Array, void, undefined> {
    for (const source of sources) {
        yield* keyring.read(source);
    }
}

async function* counted(
    content: AsyncGenerator<Uint8Array, void, undefined>,
    total: number,
    progress: (done: number, total: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
    let done = 0;
    for await (const chunk of content) {
        done += chunk.length;
        progress(done, total);
        yield chunk;
    }
}

/** At most one report for every hundredth of the work. */
function throttled(report: (done: number, total: number) => void) {
    let last = -1;
    return (done: number, total: number) => {
        const step = total === 0 ? 100 : Math.floor((100 * done) / total);
        if (step !== last) {
            last = step;
            report(done, total);
        }
    };
}
