import { LANGUAGES, type Language, isLanguage } from '../messages/messages';
import { Link, roleKey, useFrame } from './frame';

/** Who I am, where I can go, and whether my keys are open. */
export function Bar({ path, onLanguage }: { path: string; onLanguage: (language: Language) => void }) {
    const { session, t, language, say, touch, choose } = useFrame();
    const { me } = session;
    const roles = me.roles;
    const reads = roles.some((role) => role !== 'administrator');
    const unlocked = session.own !== undefined;
    const lock = () => {
        void session.lock().then(() => {
            choose([]);
            touch();
            say(t('unlock.locked'));
        });
    };
    const pick = (event: Event) => {
        const { value } = event.currentTarget as HTMLSelectElement;
        if (isLanguage(value)) {
            onLanguage(value);
        }
    };
    const entry = (to: string, text: string) => (
        <li>
            <Link to={to} id={`nav-${to.slice(1)}`} current={path === to || path.startsWith(`${to}/`)}>
                {text}
            </Link>
        </li>
    );
    return (
        <header>
            <p class="brand">
                <Link to="/">Sigillo</Link>
            </p>
            <nav aria-label={t('nav')}>
                <ul>
                    {roles.includes('reviewer') ? entry('/cases', t('nav.cases')) : null}
                    {reads ? entry('/releases', t('nav.releases')) : null}
                    {roles.length > 0 ? entry('/people', t('nav.people')) : null}
                    {roles.includes('auditor') ? entry('/ledger', t('nav.ledger')) : null}
                    {roles.includes('administrator') ? entry('/health', t('nav.health')) : null}
                </ul>
            </nav>
            <div class="who">
                <span data-testid="who">
                    {me.name} ({roles.length === 0 ? t('role.none') : roles.map((r) => t(roleKey(r))).join(', ')})
                </span>
                <span class={unlocked ? 'state open' : 'state'} data-testid="lock-state">
                    {unlocked ? t('keys.unlocked') : t('keys.locked')}
                </span>
                {unlocked ? (
                    <button type="button" class="quiet" id="lock" onClick={lock}>
                        {t('keys.lock')}
                    </button>
                ) : (
                    <Link to="/unlock" id="to-unlock">
                        {t('keys.unlock')}
                    </Link>
                )}
                <label class="language">
                    <span class="hidden">{t('language')}</span>
                    <select id="language" value={language} onChange={pick}>
                        {Object.entries(LANGUAGES).map(([code, name]) => (
                            <option key={code} value={code} lang={code}>
                                {name}
                            </option>
                        ))}
                    </select>
                </label>
                <a href="/sign-out" id="sign-out">{t('nav.signOut')}</a>
            </div>
        </header>
    );
}
