import type { MessageKey } from '../messages/en';
import { en } from '../messages/en';
import { dayText, type Translate } from '../messages/messages';
import { Button, Heading, Link, short, useFrame, useLoaded } from './frame';

export function stateText(t: Translate, state: string): string {
    const key = `state.${state}`;
    return Object.hasOwn(en, key) ? t(key as MessageKey) : state;
}

export function Releases() {
    const { session, t, language, chosen } = useFrame();
    const [releases, again] = useLoaded(() => session.api.releases());
    const [people] = useLoaded(() => session.api.people());
    const nameOf = (person: string) => (people ?? []).find((p) => p.person === person)?.name ?? short(person);
    return (
        <>
            <Heading>{t('releases.title')}</Heading>
            <p class="row">
                <Button quiet onPress={again} id="again">
                    {t('reload')}
                </Button>
                {chosen.length > 0 ? (
                    <Link to="/releases/new" id="to-propose">{t('propose.link', { count: chosen.length })}</Link>
                ) : null}
            </p>
            {releases === undefined ? <p>{t('loading')}</p> : null}
            {releases?.length === 0 ? <p>{t('releases.none')}</p> : null}
            <ul class="cards" data-testid="releases">
                {releases?.map((line) => (
                    <li key={line.release} class="card" data-testid={`release-${line.release}`}>
                        <h2>
                            <Link to={`/releases/${line.release}`}>
                                {t('releases.release', { id: short(line.release) })}
                            </Link>
                        </h2>
                        <dl>
                            <dt>{t('releases.state')}</dt>
                            <dd>{stateText(t, line.state)}</dd>
                            <dt>{t('releases.items')}</dt>
                            <dd>{line.items}</dd>
                            <dt>{t('releases.proposer')}</dt>
                            <dd>{nameOf(line.proposer)}</dd>
                            <dt>{t('releases.at')}</dt>
                            <dd>{dayText(language, line.proposedAt)}</dd>
                        </dl>
                    </li>
                ))}
            </ul>
        </>
    );
}
