import { useEffect, useState } from 'preact/hooks';
import type { Source } from '../keys/keyring';
import { toldName } from '../saving/names';
import { explain } from './explain';
import { Meter, useFrame } from './frame';

interface Saved {
    /** One after the other they are the file. */
    readonly sources: readonly Source[];
    readonly name: string;
    readonly id: string;
}

/** A plain link; what it saves is opened while the browser writes it. */
export function Save({ sources, name, id }: Saved) {
    const { session, saving, t, say, fail } = useFrame();
    const told = toldName(name);
    const offer = sources.map((source) => `${source.scope} ${source.sha256}`).join(' ');
    const size = sources.reduce((sum, source) => sum + source.size, 0);
    const [path, setPath] = useState<string>();
    const [done, setDone] = useState<number>();
    useEffect(() => {
        const give = async (port: MessagePort) => {
            try {
                setDone(0);
                await session.keys.ask('save', { sources, port }, (sent) => setDone(sent), [port]);
                say(t('case.saved', { name: told }));
            } catch (error) {
                fail(new Error(t('case.saveFailed', { name: told, message: explain(error, t) })));
            } finally {
                setDone(undefined);
            }
        };
        const offered = saving?.offer(name, size, give);
        setPath(offered);
        return () => {
            if (offered !== undefined) {
                saving?.withdraw(offered);
            }
        };
        // A new text of the same thing is no new offer, nor is a new list of it.
    }, [saving, offer, name]);
    return (
        <div class="save">
            {path === undefined ? (
                <span>{t('loading')}</span>
            ) : (
                <a href={path} id={id}>
                    {t('case.save', { name: told })}
                </a>
            )}
            {done === undefined ? null : <Meter label={t('case.saving', { name: told })} done={done} total={size} />}
        </div>
    );
}
