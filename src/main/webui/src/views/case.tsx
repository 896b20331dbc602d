import { useEffect, useState } from 'preact/hooks';
import { type Listed } from '../api';
import { SHOWN } from '../keys/scopes';
import { dayText } from '../messages/messages';
import { sizeText } from '../sizes';
import { type Joined, joined } from '../parts';
import { shownName } from '../saving/names';
import { type OpenedCase, type OpenedExhibit, newest } from '../work';
import { explain } from './explain';
import { Fingerprint } from './fingerprint';
import { Button, Heading, Link, short, useAct, useFrame, useLoaded } from './frame';
import { Replies } from './replies';
import { Save } from './save';
import { Unlock } from './unlock';
import { Wishes } from './wishes';

export function CaseView({ id }: { readonly id: string }) {
    const { session, t, say } = useFrame();
    const [sealed] = useLoaded(() => session.api.casePart(id));
    const [people] = useLoaded(() => session.api.people());
    const [opened, setOpened] = useState<OpenedCase>();
    const [busy, run] = useAct();
    const ready = session.own !== undefined && session.trust !== undefined;
    const first = sealed !== undefined && newest(sealed) === 0;
    const open = (said?: string) =>
        run(async () => {
            const found = await session.openCase(id);
            setOpened(found);
            say(said ?? t(found.madeGeneration ? 'case.made' : 'case.opened'));
        });
    useEffect(() => {
        if (!ready) {
            setOpened(undefined);
        } else if (sealed !== undefined && !first) {
            open();
        }
        // Opens once when keys and case are there.
    }, [ready, sealed, first]);
    const nameOf = (person: string) => (people ?? []).find((p) => p.person === person)?.name ?? short(person);
    return (
        <>
            <Heading>{t('case.title', { id: short(id) })}</Heading>
            {ready ? null : <Unlock why={t('case.unlock')} />}
            {ready && opened === undefined && first ? (
                <section class="card">
                    <p>{t('case.first')}</p>
                    <Button busy={busy} onPress={open} id="open-case">
                        {t('case.open')}
                    </Button>
                </section>
            ) : null}
            {(busy && opened === undefined) || sealed === undefined ? (
                <p>
                    {t('case.opening')} <progress aria-label={t('case.opening')} />
                </p>
            ) : null}
            {opened === undefined ? null : <Opened opened={opened} nameOf={nameOf} people={people ?? []} again={open} />}
        </>
    );
}

interface Shown {
    readonly opened: OpenedCase;
    readonly people: readonly Listed[];
    readonly nameOf: (person: string) => string;
    /** Opens the case anew; what was done stays said. */
    readonly again: (said?: string) => void;
}

function Opened({ opened, nameOf, again }: Shown) {
    const { t, chosen } = useFrame();
    const holders = opened.holders.map(nameOf).join(', ');
    const files = joined(opened.exhibits);
    const parts = new Set(files.flatMap((file) => file.all));
    const single = opened.exhibits.filter((exhibit) => !parts.has(exhibit));
    return (
        <>
            <p data-testid="generation">{t('case.generation', { generation: opened.generation, holders })}</p>
            <Wishes id={opened.id} wishes={opened.wishes} again={again} />
            <TakeUp opened={opened} again={again} />
            <p class="row">
                <Button quiet onPress={again} id="again">
                    {t('reload')}
                </Button>
                {chosen.length > 0 ? (
                    <Link to="/releases/new" id="to-propose">{t('propose.link', { count: chosen.length })}</Link>
                ) : null}
            </p>
            <ol class="cards" data-testid="exhibits">
                {single.map((exhibit) => (
                    <Exhibit key={exhibit.line.exhibit} exhibit={exhibit} />
                ))}
            </ol>
            {files.map((file) => (
                <Parts key={file.name} file={file} />
            ))}
            <Replies opened={opened} nameOf={nameOf} again={again} />
            {opened.lacking.length === 0 ? null : <Lacking opened={opened} nameOf={nameOf} again={again} />}
            <section class="card">
                <p>{t('case.exportText')}</p>
                <a href={`/api/cases/${opened.id}/export`} id="export">{t('case.export')}</a>
            </section>
        </>
    );
}

function Exhibit({ exhibit }: { readonly exhibit: OpenedExhibit }) {
    const { t, language, chosen, choose } = useFrame();
    const { line, label, source, fault } = exhibit;
    const title = t('case.exhibit', { number: line.number });
    if (label === undefined || source === undefined) {
        return (
            <li class="card" data-testid={`exhibit-${line.number}`}>
                <h2>{title}</h2>
                <p class="notice">{t('error.sealed', { message: fault === undefined ? '' : explain(fault, t) })}</p>
            </li>
        );
    }
    const isChosen = chosen.some((c) => c.exhibit === line.exhibit);
    const name = label.name ?? `message-${line.number}.txt`;
    const toggle = () => {
        const { exhibit: id, number } = line;
        choose(isChosen ? chosen.filter((c) => c.exhibit !== id) : [...chosen, { exhibit: id, number, name, source }]);
    };
    return (
        <li class="card" data-testid={`exhibit-${line.number}`}>
            <h2>
                {title}: <bdi>{label.kind === 'file' ? shownName(name) : t('case.message')}</bdi>
            </h2>
            {label.kind === 'message' ? <Message exhibit={exhibit} /> : null}
            <dl>
                <dt>{t('case.size')}</dt>
                <dd>{sizeText(language, label.size)}</dd>
                <dt>{t('case.type')}</dt>
                <dd>{label.mediaType}</dd>
                <dt>{t('case.day')}</dt>
                <dd>{dayText(language, line.day)}</dd>
                <dt>{t('case.index')}</dt>
                <dd>{line.index ?? t('case.waiting')}</dd>
                <dt>{t('case.digest')}</dt>
                <dd>
                    <Fingerprint value={label.sha256} />
                </dd>
            </dl>
            {line.damaged.length === 0 ? null : (
                <p class="fault" role="alert" data-testid={`damaged-${line.number}`}>
                    {t('case.damaged', { segments: line.damaged.join(', ') })}
                </p>
            )}
            <Save sources={[source]} name={name} id={`save-${line.number}`} />
            <label class="tick">
                <input id={`use-${line.number}`} type="checkbox" checked={isChosen} onChange={toggle} />
                <span>{t('case.use', { number: line.number })}</span>
            </label>
        </li>
    );
}

/** A file that came in parts. */
function Parts({ file }: { readonly file: Joined }) {
    const { t, language } = useFrame();
    const { name, all, parts, size, missing, doubtful } = file;
    const sources = parts.flatMap((part) => part.source ?? []);
    const numbers = parts.map((part) => part.line.number).join(', ');
    const whole = missing.length === 0 && doubtful.length === 0;
    return (
        <section class="card" data-testid={`parts-${name}`}>
            <h2>
                <bdi>{shownName(name)}</bdi>
            </h2>
            <p>{t('case.parts', { count: parts.length, numbers, size: sizeText(language, size) })}</p>
            {missing.length === 0 ? null : (
                <p class="notice">{t('case.partsMissing', { numbers: missing.join(', ') })}</p>
            )}
            {doubtful.length === 0 ? null : (
                <p class="notice">{t('case.partsDoubtful', { numbers: doubtful.join(', ') })}</p>
            )}
            {whole ? <Save sources={sources} name={name} id={`save-parts-${parts[0]?.line.number ?? 0}`} /> : null}
            <details open={doubtful.length > 0} id={`each-${parts[0]?.line.number ?? 0}`}>
                <summary>{t('case.partsEach')}</summary>
                <ol class="cards">
                    {all.map((exhibit) => (
                        <Exhibit key={exhibit.line.exhibit} exhibit={exhibit} />
                    ))}
                </ol>
            </details>
        </section>
    );
}

function Message({ exhibit }: { readonly exhibit: OpenedExhibit }) {
    const { session, t } = useFrame();
    const { source } = exhibit;
    const long = source === undefined || source.size > SHOWN;
    const [read] = useLoaded(async () => (long ? undefined : session.keys.ask('readText', source)));
    return long ? (
        <p>{t('case.tooLong')}</p>
    ) : (
        <>
            {read?.exact === false ? <p class="notice">{t('case.notText')}</p> : null}
            <blockquote class="message" dir="auto" data-testid="message">
                {read?.text ?? t('loading')}
            </blockquote>
        </>
    );
}

function TakeUp({ opened, again }: Pick<Shown, 'opened' | 'again'>) {
    const { session, t, say, language } = useFrame();
    const [busy, run] = useAct();
    const takeUp = () =>
        run(async () => {
            await session.api.takeUp(opened.id);
            say(t('case.tookUp'));
            again(t('case.tookUp'));
        });
    return opened.takenUp === null ? (
        <section class="card">
            <p>{t('case.takeUpText')}</p>
            <Button quiet busy={busy} onPress={takeUp} id="take-up">
                {t('case.takeUp')}
            </Button>
        </section>
    ) : (
        <p data-testid="taken-up">{t('case.takenUp', { day: dayText(language, opened.takenUp) })}</p>
    );
}

function Lacking({ opened, nameOf, again }: Pick<Shown, 'opened' | 'nameOf' | 'again'>) {
    const { session, t, say } = useFrame();
    const [busy, run] = useAct();
    const give = (person: string) =>
        run(async () => {
            await session.giveGrants(opened, [person]);
            say(t('case.granted', { name: nameOf(person) }));
            again(t('case.granted', { name: nameOf(person) }));
        });
    return (
        <section class="card" aria-labelledby="grants-title">
            <h2 id="grants-title">{t('case.grants')}</h2>
            <ul>
                {opened.lacking.map(({ person }) => (
                    <li key={person}>
                        <p>{t('case.lacking', { name: nameOf(person) })}</p>
                        <Button busy={busy} onPress={() => give(person)} id={`grant-${person}`}>
                            {t('case.grant', { name: nameOf(person) })}
                        </Button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
