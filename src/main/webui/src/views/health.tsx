import { useState } from 'preact/hooks';
import type { Health } from '../api';
import { dayText } from '../messages/messages';
import { Fingerprint } from './fingerprint';
import { Button, Heading, useAct, useFrame, useLoaded } from './frame';
import { Values } from './rules';

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
            {health === undefined ? <p>{t('loading')}</p> : <Found health={health} />}
            {health === undefined ? null : <Intake intake={health.intake} />}
            <Vault />
            <Button busy={busy} onPress={check} id="check-health">
                {t('health.check')}
            </Button>
            {busy ? <progress aria-label={t('health.checking')} /> : null}
        </>
    );
}

function Intake({ intake }: { readonly intake: Health['intake'] }) {
    const { t, language } = useFrame();
    const { cases, quota, state } = intake;
    const count = (number: number) => new Intl.NumberFormat(language).format(number);
    return (
        <section class="card" aria-labelledby="intake-title">
            <h2 id="intake-title">{t('intake.title')}</h2>
            <dl data-testid="intake">
                <dt>{t('intake.cases')}</dt>
                <dd>{t('intake.count', { cases: count(cases), quota: count(quota) })}</dd>
                <dt>{t('intake.newcomers')}</dt>
                <dd class={state === 'free' ? 'good' : 'fault'}>{t(`intake.${state}`)}</dd>
            </dl>
            {state === 'free' ? null : <p data-testid="intake-todo">{t(state === 'full' ? 'intake.todo.slowed' : `intake.todo.${state}`)}</p>}
        </section>
    );
}

function Vault() {
    const { session, t, language } = useFrame();
    const [vault] = useLoaded(() => session.api.vault());
    if (vault === undefined) {
        return null;
    }
    const { protection, damaged, settled, scrubbed, overdue } = vault;
    const altered = scrubbed?.damaged ?? 0;
    const unread = scrubbed?.unread ?? 0;
    const unkept = settled?.unkept ?? 0;
    const count = (number: number) => new Intl.NumberFormat(language).format(number);
    return (
        <section class="card" aria-labelledby="vault-title">
            <h2 id="vault-title">{t('vault.title')}</h2>
            <dl data-testid="vault">
                <dt>{t('vault.protection')}</dt>
                <dd class={protection === 'none' ? 'fault' : 'good'}>{t(`vault.${protection}`)}</dd>
                <dt>{t('vault.damaged')}</dt>
                <dd class={damaged === 0 ? 'good' : 'fault'}>{count(damaged)}</dd>
                <dt>{t('vault.settled')}</dt>
                <dd class={overdue ? 'fault' : undefined}>
                    {settled === null
                        ? t('vault.never')
                        : t('vault.settledText', { day: dayText(language, settled.ended), count: count(settled.settled), left: count(settled.waiting + settled.broken) })}
                </dd>
                <dt>{t('vault.scrubbed')}</dt>
                <dd>
                    {scrubbed === null
                        ? t('vault.never')
                        : t(scrubbed.ended === null ? 'vault.scrubbing' : 'vault.scrubbedText', {
                              day: dayText(language, scrubbed.begun),
                              count: count(scrubbed.objects),
                          })}
                </dd>
                <dt>{t('vault.altered')}</dt>
                <dd class={altered === 0 ? 'good' : 'fault'}>{count(altered)}</dd>
                <dt>{t('vault.unread')}</dt>
                <dd class={unread === 0 ? 'good' : 'fault'}>{count(unread)}</dd>
                <dt>{t('vault.unkept')}</dt>
                <dd class={unkept === 0 ? 'good' : 'fault'}>{count(unkept)}</dd>
            </dl>
        </section>
    );
}

/** What could not be read is left out. */
function Found({ health }: { readonly health: Health }) {
    const { t, language } = useFrame();
    const { size, root, checkedAt, checkedSize, waiting, beats, guarded, witnesses, unwitnessedSince, unstampedSince, rules } = health.ledger;
    const count = (number: number) => new Intl.NumberFormat(language).format(number);
    const counts = { size, checkedSize, waiting, beats };
    return (
        <section class="card">
            <dl data-testid="health">
                <dt>{t('health.evidence')}</dt>
                <dd class={health.evidence === 'intact' ? 'good' : 'fault'} data-testid="evidence">
                    {t(health.evidence === 'intact' ? 'health.intact' : 'health.broken')}
                </dd>
                {checkedAt === undefined ? null : (
                    <>
                        <dt>{t('health.checkedAt')}</dt>
                        <dd>{dayText(language, checkedAt)}</dd>
                    </>
                )}
                {(['checkedSize', 'size', 'waiting', 'beats'] as const).map((name) =>
                    counts[name] === undefined ? null : (
                        <>
                            <dt>{t(`health.${name}`)}</dt>
                            <dd>{count(counts[name])}</dd>
                        </>
                    ),
                )}
                {root === undefined ? null : (
                    <>
                        <dt>{t('health.root')}</dt>
                        <dd>
                            <Fingerprint value={root} />
                        </dd>
                    </>
                )}
                {witnesses === undefined ? null : (
                    <>
                        <dt>{t('health.witnesses')}</dt>
                        <dd>
                            {Object.keys(witnesses).length === 0 ? t('health.nobody') : null}
                            {Object.entries(witnesses).map(([name, word]) => (
                                <div key={name}>
                                    <bdi>{name}</bdi>: {word === 'cosigned' || word === 'stamped' ? t(`health.${word}`) : word}
                                </div>
                            ))}
                            {unwitnessedSince === undefined ? null : (
                                <div class="fault">{t('health.unwitnessed', { since: dayText(language, unwitnessedSince) })}</div>
                            )}
                            {Object.entries(unstampedSince ?? {}).map(([name, since]) => (
                                <div key={`${name} lacks`} class="fault">
                                    <bdi>{name}</bdi>: {t('health.unstamped', { since: dayText(language, since) })}
                                </div>
                            ))}
                        </dd>
                    </>
                )}
                {guarded === undefined ? null : (
                    <>
                        <dt>{t('health.guarded')}</dt>
                        <dd class={guarded ? 'good' : 'fault'}>{t(guarded ? 'health.yes' : 'health.no')}</dd>
                    </>
                )}
            </dl>
            <p>{health.detail}</p>
            {rules === undefined ? null : (
                <>
                    <h2>{t('rules.title', { version: rules.version })}</h2>
                    <Values rules={rules} />
                </>
            )}
        </section>
    );
}
