import { useState } from 'preact/hooks';
import type { Health } from '../api';
import { Button, Heading, useAct, useFrame, useLoaded } from './frame';

export function HealthView() {
    const { session, t, say } = useFrame();
    const [loaded] = useLoaded(() => session.api.health());
    const [checked, setChecked] = useState<Health>();
    const [busy, run] = useAct();
    const health = checked ?? loaded;
    const check = () =>
        run(async () => {
            setChecked(await session.api.checkHealth());
            say(t('health.checked'));
        });
    return (
        <>
            <Heading>{t('health.title')}</Heading>
            {health === undefined ? (
                <p>{t('loading')}</p>
            ) : (
                <section class="card">
                    <dl data-testid="health">
                        <dt>{t('health.evidence')}</dt>
                        <dd class={health.evidence === 'intact' ? 'good' : 'fault'} data-testid="evidence">
                            {t(health.evidence === 'intact' ? 'health.intact' : 'health.broken')}
                        </dd>
                        {Object.entries(health.ledger).map(([name, value]) => (
                            <>
                                <dt>{name}</dt>
                                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                            </>
                        ))}
                    </dl>
                    <p>{health.detail}</p>
                </section>
            )}
            <Button busy={busy} onPress={check} id="check-health">
                {t('health.check')}
            </Button>
            {busy ? <progress aria-label={t('health.checking')} /> : null}
        </>
    );
}
