import { Heading, Link, useFrame } from './frame';
import { Unlock } from './unlock';

/** For an account that is not yet a person of the ledger. */
export function Welcome() {
    const { session, t } = useFrame();
    const { me } = session;
    return (
        <>
            <Heading>{t('welcome.title', { name: me.name })}</Heading>
            <p>{t('welcome.text')}</p>
            {me.keycloakRoles.length === 0 ? <p class="notice">{t('welcome.noAccountRole')}</p> : null}
            {session.own === undefined ? (
                <section class="card" aria-labelledby="welcome-new">
                    <h2 id="welcome-new">{t('welcome.enrol')}</h2>
                    <p>{t('welcome.enrolText')}</p>
                    <p>
                        <Link to="/enrol" id="to-enrol">{t('welcome.enrolLink')}</Link>
                    </p>
                </section>
            ) : null}
            <Unlock why={t('welcome.founderText')} />
        </>
    );
}

export function UnlockView() {
    const { session, t } = useFrame();
    const open = session.own !== undefined && session.pinned !== undefined;
    return (
        <>
            <Heading>{open ? t('keys.unlocked') : t('keys.locked')}</Heading>
            <Unlock />
        </>
    );
}
