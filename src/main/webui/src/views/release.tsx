import { useEffect, useState } from 'preact/hooks';
import type { Listed, ReleaseAnswer } from '../api';
import type { OpenedRelease } from '../keys/keyring';
import { dayText } from '../messages/messages';
import { sizeText } from '../sizes';
import { shownName } from '../saving/names';
import { Fingerprint } from './fingerprint';
import { Button, Heading, Meter, short, useAct, useFrame, useLoaded } from './frame';
import { stateText } from './releases';
import { Save } from './save';
import { Unlock } from './unlock';

export function ReleaseView({ id }: { readonly id: string }) {
    const { session, t, say } = useFrame();
    const [answer, releaseAgain] = useLoaded(() => session.api.release(id));
    const [people, peopleAgain] = useLoaded(() => session.api.people());
    const again = () => {
        releaseAgain();
        peopleAgain();
    };
    const [opened, setOpened] = useState<OpenedRelease>();
    const [sent, setSent] = useState({ done: 0, total: 1 });
    const [busy, run] = useAct();
    const ready = session.own !== undefined && session.trust !== undefined;
    useEffect(() => {
        if (!ready) {
            setOpened(undefined);
        }
    }, [ready]);
    const open = () =>
        run(async () => {
            setOpened(await session.openRelease(id, (done, total) => setSent({ done, total })));
            say(t('release.checked'));
        });
    return (
        <>
            <Heading>{t('release.title', { id: short(id) })}</Heading>
            <p>
                <Button quiet onPress={again} id="again">
                    {t('reload')}
                </Button>
            </p>
            {answer === undefined ? (
                <p>{t('loading')}</p>
            ) : (
                <>
                    <p data-testid="release-state">
                        {t('releases.state')}: {stateText(t, answer.state)}.{' '}
                        {t('release.votes', { done: answer.votes.length, quorum: answer.quorum })}
                    </p>
                    <Who answer={answer} people={people ?? []} />
                </>
            )}
            {ready ? null : <Unlock why={t('release.unlock')} />}
            {answer !== undefined && ready && opened === undefined ? (
                <section class="card">
                    {answer.grant === null ? (
                        <p>{t('release.notReader')}</p>
                    ) : (
                        <>
                            <p>{t('release.mustOpen')}</p>
                            <Button busy={busy} onPress={open} id="open-release">
                                {t('release.open')}
                            </Button>
                            {busy ? <Meter label={t('release.opening')} {...sent} /> : null}
                        </>
                    )}
                </section>
            ) : null}
            {opened === undefined ? null : <Opened opened={opened} />}
            {answer === undefined ? null : <Decide answer={answer} opened={opened} again={again} />}
            {answer?.state === 'RELEASED' ? <Published id={id} /> : null}
        </>
    );
}

/** Whose proposal it is, and who was for it before me. */
function Who({ answer, people }: { readonly answer: ReleaseAnswer; readonly people: readonly Listed[] }) {
    const { session, t, language } = useFrame();
    const nameOf = (person: string) => {
        const name = people.find((p) => p.person === person)?.name ?? short(person);
        return person === session.me.person ? `${name} (${t('people.you')})` : name;
    };
    const approvals = answer.votes.filter((vote) => vote.decision === 'approve');
    return (
        <dl data-testid="release-people">
            <dt>{t('release.proposedBy')}</dt>
            <dd>
                {nameOf(answer.proposer)}, {dayText(language, answer.proposedAt.slice(0, 10))}
            </dd>
            <dt>{t('release.approvedBy')}</dt>
            <dd>
                {approvals.length === 0 ? t('people.nobody') : approvals.map((vote) => nameOf(vote.person)).join(', ')}
            </dd>
        </dl>
    );
}

function Opened({ opened }: { readonly opened: OpenedRelease }) {
    const { t, language } = useFrame();
    const { manifest, digest, sources } = opened;
    return (
        <section class="card" aria-labelledby="manifest-title" data-testid="manifest">
            <h2 id="manifest-title">
                <bdi>{shownName(manifest.title)}</bdi>
            </h2>
            <p class="good">{t('release.checked')}</p>
            <dl>
                <dt>{t('release.reason')}</dt>
                <dd dir="auto" class="prose">
                    {manifest.reason}
                </dd>
                <dt>{t('release.jurisdictions')}</dt>
                <dd>{manifest.jurisdictions.join(', ')}</dd>
                <dt>{t('release.manifest')}</dt>
                <dd>
                    <Fingerprint value={digest} id="manifest-digest" />
                </dd>
            </dl>
            <h3>{t('release.items')}</h3>
            <ol>
                {manifest.items.map((item, i) => {
                    const source = sources[i];
                    return (
                        <li key={item.name}>
                            <p>
                                <bdi>{shownName(item.name)}</bdi>, {sizeText(language, item.size)}
                            </p>
                            <Fingerprint value={item.sha256} />
                            {source === undefined ? null : <Save sources={[source]} name={item.name} id={`save-item-${i + 1}`} />}
                        </li>
                    );
                })}
            </ol>
        </section>
    );
}

interface Deciding {
    readonly answer: ReleaseAnswer;
    readonly opened: OpenedRelease | undefined;
    readonly again: () => void;
}

function Decide({ answer, opened, again }: Deciding) {
    const { session, t, say } = useFrame();
    const [busy, run] = useAct();
    const me = session.me.person ?? '';
    const mine = answer.votes.some((vote) => vote.person === me && vote.decision === 'approve');
    const done = answer.state === 'RELEASED';
    if (!session.me.roles.includes('editor') || done || opened === undefined) {
        return null;
    }
    if (answer.proposer === me) {
        return <p class="notice">{t('release.own')}</p>;
    }
    // Shows how it stands afterwards, above all when another was faster.
    const approve = () =>
        run(async () => {
            await session.approve(answer.release, answer.round, opened).finally(again);
            say(t('release.approved'));
        });
    const publish = () =>
        run(async () => {
            await session.publish(answer.release, answer.round, opened).finally(again);
            say(t('release.publishing'));
        });
    if (!mine) {
        return (
            <section class="card">
                <Button busy={busy} onPress={approve} id="approve">
                    {t('release.approve')}
                </Button>
            </section>
        );
    }
    const approvals = answer.votes.filter((vote) => vote.decision === 'approve').length;
    return approvals >= answer.quorum ? (
        <section class="card">
            <p>{t('release.publishText')}</p>
            <Button busy={busy} onPress={publish} id="publish">
                {t('release.publish')}
            </Button>
        </section>
    ) : (
        <p>{t('release.waiting')}</p>
    );
}

const OFTEN = 2000;

function Published({ id }: { readonly id: string }) {
    const { session, t, say } = useFrame();
    const [page, setPage] = useState<string>();
    useEffect(() => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let wanted = true;
        const ask = () => {
            session.api
                .progress(id)
                .then((progress) => {
                    if (wanted && progress.page !== null && /^https?:\/\//.test(progress.page)) {
                        setPage(progress.page);
                        say(`${t('release.published')} ${progress.page}`);
                        wanted = false;
                    }
                })
                .catch(() => undefined)
                .finally(() => {
                    if (wanted) {
                        timer = setTimeout(ask, OFTEN);
                    }
                });
        };
        ask();
        return () => {
            wanted = false;
            clearTimeout(timer);
        };
    }, [id]);
    return (
        <section class="card" data-testid="published">
            {page === undefined ? (
                <>
                    <p>{t('release.publishing')}</p>
                    <progress aria-label={t('release.publishing')} />
                </>
            ) : (
                <p>
                    {t('release.published')}{' '}
                    <a href={page} rel="noreferrer" id="published-page">
                        {page}
                    </a>
                </p>
            )}
        </section>
    );
}
