import { useState } from 'preact/hooks';
import type { Listed } from '../api';
import { recipientHash } from '../formats/entry';
import type { Role } from '../formats/statement';
import type { Trust } from '../formats/trust';
import { Fingerprint } from './fingerprint';
import { Button, Heading, roleKey, useAct, useFrame, useLoaded } from './frame';
import { RulesSection } from './rules';
import { Unlock } from './unlock';

export function People() {
    const { session, t } = useFrame();
    const [people, again] = useLoaded(async () => {
        if (session.pinned !== undefined) {
            await session.look();
        }
        return session.api.people();
    });
    const { trust } = session;
    return (
        <>
            <Heading>{t('people.title')}</Heading>
            <p>{t('people.text')}</p>
            {trust === undefined ? (
                <>
                    <p class="notice">{t('people.unverified')}</p>
                    <Unlock />
                </>
            ) : (
                <p>{t('people.verified', { size: trust.checkpoint.size })}</p>
            )}
            <p>
                <Button quiet onPress={again} id="again">
                    {t('reload')}
                </Button>
            </p>
            {people === undefined ? <p>{t('loading')}</p> : null}
            {trust !== undefined && people !== undefined ? (
                <RulesSection trust={trust} people={people} again={again} />
            ) : null}
            <ul class="cards" data-testid="people">
                {people?.map((listed) => (
                    <Person key={listed.person} listed={listed} all={people} trust={trust} again={again} />
                ))}
            </ul>
        </>
    );
}

interface Shown {
    readonly listed: Listed;
    readonly all: readonly Listed[];
    readonly trust: Trust | undefined;
    readonly again: () => void;
}

function Person({ listed, all, trust, again }: Shown) {
    const { session, t } = useFrame();
    const known = trust?.person(listed.person);
    const roles = trust === undefined ? listed.roles : trust.roles(listed.person);
    const confirmedBy = known === undefined ? listed.confirmedBy : [...known.confirmedBy];
    const nameOf = (id: string) => all.find((p) => p.person === id)?.name ?? id.slice(0, 8);
    const differs =
        known !== undefined && (known.key !== listed.key || known.recipient !== recipientHash(listed.recipient));
    const me = session.me.person;
    const waits = roles.length === 0;
    const done = me !== null && (known?.confirmedBy.has(me) === true || listed.confirmedBy.includes(me));
    const mine = trust !== undefined && me !== null && trust.roles(me).length > 0;
    const [signed, setSigned] = useState(false);
    // Until the beat the ledger, and so all that is shown here, does not know of it.
    const underway = signed && !done;
    const mayConfirm = known !== undefined && waits && mine && me !== listed.person && !done && !underway && !differs;
    const confirmed = () => {
        setSigned(true);
        again();
    };
    return (
        <li class="card" data-testid={`person-${listed.person}`}>
            <h2>
                {listed.name}
                {listed.person === me ? ` (${t('people.you')})` : ''}
            </h2>
            <dl>
                <dt>{t('people.roles')}</dt>
                <dd data-testid="roles">
                    {waits ? t('role.none') : roles.map((role) => t(roleKey(role))).join(', ')}
                    {known?.founder === true || listed.inGenesis ? ` (${t('people.genesis')})` : ''}
                </dd>
                {waits ? (
                    <>
                        <dt>{t('people.asked')}</dt>
                        <dd>{listed.asked.map((role) => t(roleKey(role))).join(', ')}</dd>
                    </>
                ) : null}
                <dt>{t('people.fingerprint')}</dt>
                <dd>
                    <Fingerprint value={known?.fingerprint ?? listed.fingerprint} id="fingerprint" />
                </dd>
                {waits || confirmedBy.length > 0 ? (
                    <>
                        <dt>{t('people.confirmedBy')}</dt>
                        <dd>{confirmedBy.length === 0 ? t('people.nobody') : confirmedBy.map(nameOf).join(', ')}</dd>
                    </>
                ) : null}
            </dl>
            {waits ? <p>{t('people.waiting', { done: Math.min(2, confirmedBy.length) })}</p> : null}
            {trust !== undefined && known === undefined ? <p class="notice">{t('people.beat')}</p> : null}
            {differs ? <p class="notice">{t('people.mismatch')}</p> : null}
            {underway ? <p class="notice" data-testid="underway">{t('people.underway')}</p> : null}
            {mayConfirm ? <Confirm listed={listed} onDone={confirmed} /> : null}
        </li>
    );
}

function Confirm({ listed, onDone }: { readonly listed: Listed; readonly onDone: () => void }) {
    const { session, t, say } = useFrame();
    const [busy, run] = useAct();
    const [compared, setCompared] = useState(false);
    const [role, setRole] = useState<Role | undefined>(listed.asked[0]);
    if (role === undefined) {
        return <p class="notice">{t('people.asksNothing')}</p>;
    }
    const words = { name: listed.name, role: t(roleKey(role)) };
    const confirm = () =>
        run(async () => {
            await session.confirm(listed, role);
            say(t('people.confirmed', words));
            onDone();
        });
    const id = `role-${listed.person}`;
    return (
        <div class="act">
            {listed.asked.length < 2 ? null : (
                <>
                    <label for={id}>{t('people.role')}</label>
                    <select
                        id={id}
                        value={role}
                        onChange={(event) => setRole((event.currentTarget).value as Role)}
                    >
                        {listed.asked.map((asked) => (
                            <option key={asked} value={asked}>
                                {t(roleKey(asked))}
                            </option>
                        ))}
                    </select>
                </>
            )}
            <label class="tick">
                <input
                    id={`compared-${listed.person}`}
                    type="checkbox"
                    onChange={(event) => setCompared((event.currentTarget).checked)}
                />
                <span>{t('people.compare', { name: listed.name })}</span>
            </label>
            <Button busy={busy} disabled={!compared} onPress={confirm} id={`confirm-${listed.person}`}>
                {t('people.confirm', words)}
            </Button>
        </div>
    );
}
