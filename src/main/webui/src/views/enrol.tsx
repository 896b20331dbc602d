import { useEffect, useState } from 'preact/hooks';
import { giveBytes } from '../saving/saving';
import type { NewPerson } from '../work';
import { Advice } from './explain';
import { Fingerprint } from './fingerprint';
import { Button, Heading, useAct, useFrame } from './frame';
import { OwnFingerprint } from './unlock';

type Strength = 'weak' | 'fair' | 'good';

/** A hint, not a measure: length and words are what can be seen. */
export function strength(passphrase: string): Strength {
    const words = passphrase.trim().split(/\s+/).length;
    const different = new Set(passphrase).size;
    if (passphrase.length < 16 || different < 8) {
        return 'weak';
    }
    return words >= 5 || passphrase.length >= 28 ? 'good' : 'fair';
}

export function Enrol() {
    const { session, t } = useFrame();
    const [made, setMade] = useState<NewPerson>();
    const [done, setDone] = useState(session.me.person !== null);
    if (done) {
        return (
            <>
                <Heading>{t('enrol.title')}</Heading>
                <p data-testid="enrolled">{made === undefined ? t('enrol.already') : t('enrol.done')}</p>
                <OwnFingerprint />
            </>
        );
    }
    return (
        <>
            <Heading>{t('enrol.title')}</Heading>
            <p>{t('enrol.text')}</p>
            {made === undefined ? <Make onMade={setMade} /> : <Send made={made} onDone={() => setDone(true)} />}
        </>
    );
}

function Make({ onMade }: { readonly onMade: (made: NewPerson) => void }) {
    const { session, t, say, fail, touch } = useFrame();
    const [busy, run] = useAct();
    const [first, setFirst] = useState('');
    const [second, setSecond] = useState('');
    const found = strength(first);
    const submit = (event: Event) => {
        event.preventDefault();
        if (found === 'weak' || first !== second) {
            fail(new Advice(t(found === 'weak' ? 'enrol.weak' : 'enrol.differs')));
            return;
        }
        run(async () => {
            say(t('enrol.busy'));
            onMade(await session.makeKeys(first));
            touch();
            say(t('enrol.saveText'));
        });
    };
    const value = (event: Event) => (event.currentTarget as HTMLInputElement).value;
    return (
        <form class="card" onSubmit={submit} data-testid="enrol-make">
            <label for="new-passphrase">{t('enrol.passphrase')}</label>
            <input
                id="new-passphrase"
                type="password"
                autocomplete="new-password"
                aria-describedby="new-hint new-strength"
                onInput={(event) => setFirst(value(event))}
                required
            />
            <p id="new-hint">{t('enrol.hint')}</p>
            <p id="new-strength" class={`strength ${found}`}>
                {first === '' ? '' : t(`enrol.${found}`)}
            </p>
            <label for="again-passphrase">{t('enrol.again')}</label>
            <input
                id="again-passphrase"
                type="password"
                autocomplete="new-password"
                onInput={(event) => setSecond(value(event))}
                required
            />
            <Button busy={busy} id="make-keys">
                {t('enrol.make')}
            </Button>
            {busy ? <p>{t('enrol.busy')}</p> : null}
        </form>
    );
}

function Send({ made, onDone }: { readonly made: NewPerson; readonly onDone: () => void }) {
    const { session, saving, t, say, again } = useFrame();
    const [busy, run] = useAct();
    const [saved, setSaved] = useState(false);
    const [path, setPath] = useState<string>();
    useEffect(() => {
        const name = `sigillo-${made.person.slice(0, 8)}.age`;
        const offered = saving?.offer(name, made.file.length, giveBytes(made.file));
        setPath(offered);
        return () => {
            if (offered !== undefined) {
                saving?.withdraw(offered);
            }
        };
    }, [saving, made]);
    const send = () =>
        run(async () => {
            await session.enrol();
            await again();
            onDone();
            say(t('enrol.done'));
        });
    return (
        <section class="card" data-testid="enrol-send">
            <OwnFingerprint />
            <p>
                {t('enrol.genesis')} <Fingerprint value={session.me.genesis} />
            </p>
            <p>{t('enrol.saveText')}</p>
            <p>
                {path === undefined ? (
                    t('loading')
                ) : (
                    <a href={path} id="save-key-file">
                        {t('enrol.save')}
                    </a>
                )}
            </p>
            <label class="tick">
                <input
                    id="key-file-saved"
                    type="checkbox"
                    onChange={(event) => setSaved((event.currentTarget).checked)}
                />
                <span>{t('enrol.saved')}</span>
            </label>
            <Button busy={busy} disabled={!saved} onPress={send} id="enrol">
                {t('enrol.send')}
            </Button>
        </section>
    );
}
