import { dayText } from '../messages/messages';
import { Button, Heading, Link, short, useFrame, useLoaded } from './frame';

export function Cases() {
    const { session, t, language, chosen } = useFrame();
    const [cases, again] = useLoaded(() => session.api.cases());
    return (
        <>
            <Heading>{t('cases.title')}</Heading>
            <p class="row">
                <Button quiet onPress={again} id="again">
                    {t('reload')}
                </Button>
                {chosen.length > 0 ? (
                    <Link to="/releases/new" id="to-propose">{t('propose.link', { count: chosen.length })}</Link>
                ) : null}
            </p>
            {cases === undefined ? <p>{t('loading')}</p> : null}
            {cases?.length === 0 ? <p>{t('cases.none')}</p> : null}
            <ul class="cards" data-testid="cases">
                {cases?.map((line) => (
                    <li key={line.case} class="card" data-testid={`case-${line.case}`}>
                        <h2>
                            <Link to={`/cases/${line.case}`}>{t('cases.case', { id: short(line.case) })}</Link>
                        </h2>
                        <dl>
                            <dt>{t('cases.day')}</dt>
                            <dd>{dayText(language, line.day)}</dd>
                            <dt>{t('cases.exhibits')}</dt>
                            <dd>{line.exhibits}</dd>
                        </dl>
                        {line.wishes.map((wish) => (
                            <p key={wish} class="fault">{t(`wish.${wish}`)}</p>
                        ))}
                        {line.generation === 0 ? <p class="notice">{t('cases.fresh')}</p> : null}
                    </li>
                ))}
            </ul>
        </>
    );
}
