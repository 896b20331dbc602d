import { useEffect, useState } from 'preact/hooks';
import type { Source } from '../keys/keyring';
import { toldName } from '../saving/names';
import { explain } from './explain';
import { Meter, useFrame } from './frame';

/** A plain link; what it saves is opened while the browser writes it. */
export function Save({ source, name, id }: { readonly source: Source; readonly name: string; readonly id: string }) {
    const { session, saving, t, say, fail } = useFrame();
    const told = toldName(name);
    const [path, setPath] = useState<string>();
    const [done, setDone] = useState<number>();
    useEffect(() => {
        const give = async (port: MessagePort) => {
            try {
                setDone(0);
                await session.keys.ask('save', { source, port }, (sent) => setDone(sent), [port]);
                say(t('case.saved', { name: told }));
            } catch (error) {
                fail(new Error(t('case.saveFailed', { name: told, message: explain(error, t) })));
            } finally {
                setDone(undefined);
            }
        };
        const offered = saving?.offer(name, source.size, give);
        setPath(offered);
        return () => {
            if (offered !== undefined) {
                saving?.withdraw(offered);
            }
        };
        // A new text of the same thing is no new offer.
    }, [saving, source, name]);
    return (
        <div class="save">
            {path === undefined ? (
                <span>{t('loading')}</span>
            ) : (
                <a href={path} id={id}>
                    {t('case.save', { name: told })}
                </a>
            )}
            {done === undefined ? null : <Meter label={t('case.saving', { name: told })} done={done} total={source.size} />}
        </div>
    );
}
