import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Language, keepLanguage, translator } from '../messages/messages';
import type { Saving } from '../saving/saving';
import type { Session } from '../session';
import type { Store } from '../watch';
import { Bar } from './bar';
import { CaseView } from './case';
import { Cases } from './cases';
import { Enrol } from './enrol';
import { explain, isAlarm } from './explain';
import { type Chosen, type Frame, FrameContext, Heading, useFrame } from './frame';
import { HealthView } from './health';
import { LedgerView } from './ledger';
import { People } from './people';
import { Propose } from './propose';
import { ReleaseView } from './release';
import { Releases } from './releases';
import { UnlockView, Welcome } from './welcome';

export interface Start {
    /** A session for whoever is signed in now; takes over what is unlocked. */
    readonly session: Session;
    readonly saving: Promise<Saving>;
    readonly language: Language;
    readonly store: Store;
}

const ID = /^[0-9a-f]{32}$/;

/** The server knows one page; where in it we are stands behind the hash. */
export function placeOf(hash: string): string {
    return hash.startsWith('#/') ? hash.slice(1) : '/';
}

function skip(event: MouseEvent): void {
    event.preventDefault();
    document.getElementById('main')?.focus();
}

function Route({ path }: { readonly path: string }): ComponentChildren {
    const { session, t } = useFrame();
    const [, room = '', id = ''] = path.split('/');
    const { me } = session;
    if (room === 'enrol') {
        return <Enrol />;
    }
    if (me.person === null) {
        return <Welcome />;
    }
    if (room === '') {
        const home = { reviewer: <Cases />, administrator: <People /> };
        const [role] = me.roles;
        return role === 'reviewer' || role === 'administrator' ? home[role] : role === undefined ? <UnlockView /> : <Releases />;
    }
    switch (room) {
        case 'cases':
            return ID.test(id) ? <CaseView key={id} id={id} /> : <Cases />;
        case 'releases':
            return id === 'new' ? <Propose /> : ID.test(id) ? <ReleaseView key={id} id={id} /> : <Releases />;
        case 'people':
            return <People />;
        case 'ledger':
            return <LedgerView />;
        case 'health':
            return <HealthView />;
        case 'unlock':
            return <UnlockView />;
        default:
            return (
                <>
                    <Heading>{t('notFound')}</Heading>
                    <p>{t('notFound.text')}</p>
                </>
            );
    }
}

export function App({ start }: { readonly start: Start }) {
    const { session } = start;
    const [path, setPath] = useState(placeOf(location.hash));
    const shown = useRef(path);
    const [language, setLanguage] = useState(start.language);
    const [saving, setSaving] = useState<Saving>();
    const [chosen, choose] = useState<readonly Chosen[]>([]);
    const [said, say] = useState('');
    const [failure, setFailure] = useState('');
    const [alarm, setAlarm] = useState('');
    const [turn, setTurn] = useState(0);
    const t = useMemo(() => translator(language), [language]);

    useEffect(() => {
        document.documentElement.lang = language;
        keepLanguage(start.store, language);
    }, [language]);

    const fail = useCallback(
        (error: unknown) => {
            // What was under way when it failed is no longer so.
            say('');
            if (isAlarm(error)) {
                setAlarm(error.message);
                // Nothing is signed or sealed after an alarm.
                void session.lock().then(() => setTurn((n) => n + 1));
            } else {
                setFailure(explain(error, t));
            }
        },
        [t, session],
    );

    useEffect(() => {
        start.saving.then(setSaving, fail);
        const follow = () => show(placeOf(location.hash));
        addEventListener('hashchange', follow);
        return () => removeEventListener('hashchange', follow);
    }, []);

    const show = (next: string) => {
        if (next !== shown.current) {
            shown.current = next;
            setFailure('');
            say('');
            setPath(next);
            scrollTo(0, 0);
        }
    };

    const frame: Frame = {
        session,
        saving,
        language,
        t,
        chosen,
        choose,
        say: (text) => {
            setFailure('');
            say(text);
        },
        fail,
        touch: () => setTurn(turn + 1),
        again: async () => {
            await session.again();
            setTurn(turn + 1);
        },
        navigate: (next) => {
            show(next);
            location.hash = next;
        },
    };

    return (
        <FrameContext.Provider value={frame}>
            <a class="skip" href="#main" onClick={skip}>
                {t('skip')}
            </a>
            <Bar path={path} onLanguage={setLanguage} />
            <div role="alert" data-testid="alert">
                {alarm === '' ? null : (
                    <section class="alarm" data-testid="alarm">
                        <h2>{t('alarm.title')}</h2>
                        <p>{t('alarm.text')}</p>
                        <p>{t('alarm.details', { message: alarm })}</p>
                    </section>
                )}
                {failure === '' ? null : <p class="failure">{failure}</p>}
            </div>
            <div role="status" aria-live="polite" data-testid="status">
                {said === '' ? null : <p class="said">{said}</p>}
            </div>
            <main id="main" tabIndex={-1}>
                {alarm === '' ? <Route key={path} path={path} /> : null}
            </main>
        </FrameContext.Provider>
    );
}
