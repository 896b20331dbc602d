import { useState } from 'preact/hooks';
import { nameFault } from '../formats/manifest';
import { toldName } from '../saving/names';
import { Advice } from './explain';
import { Button, type Chosen, Heading, Meter, useAct, useFrame } from './frame';
import { Unlock } from './unlock';

export function Propose() {
    const { session, t, say, fail, chosen, choose, navigate } = useFrame();
    const [busy, run] = useAct();
    const [title, setTitle] = useState('');
    const [reason, setReason] = useState('');
    const [countries, setCountries] = useState('');
    const [sent, setSent] = useState({ done: 0, total: 1 });
    const names = chosen.map((c) => c.name);
    const jurisdictions = countries.split(/[\s,;]+/).filter((code) => code !== '').map((code) => code.toUpperCase());
    const submit = (event: Event) => {
        event.preventDefault();
        const fault = names.map((_, i) => nameFault(names, i)).find((found) => found !== undefined);
        if (fault !== undefined) {
            fail(new Advice(t(`propose.fault.${fault}`)));
        } else if (title.trim() === '' || reason.trim() === '') {
            fail(new Advice(t('propose.fault.text')));
        } else if (jurisdictions.length === 0 || jurisdictions.some((code) => !/^[A-Z]{2}$/.test(code))) {
            fail(new Advice(t('propose.fault.jurisdictions')));
        } else {
            run(async () => {
                const items = chosen.map(({ name, source }) => ({ name, source }));
                const draft = { title: title.trim(), reason: reason.trim(), jurisdictions, items };
                const release = await session.propose(draft, (done, total) => setSent({ done, total }));
                choose([]);
                navigate(`/releases/${release}`);
                say(t('propose.done'));
            });
        }
    };
    const value = (event: Event) => (event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value;
    if (session.own === undefined || chosen.length === 0) {
        return (
            <>
                <Heading>{t('propose.title')}</Heading>
                <p>{t('propose.none')}</p>
                <Unlock />
            </>
        );
    }
    return (
        <>
            <Heading>{t('propose.title')}</Heading>
            <form class="card" onSubmit={submit} data-testid="propose">
                <label for="release-title">{t('propose.heading')}</label>
                <input id="release-title" required maxLength={300} onInput={(event) => setTitle(value(event))} />
                <label for="release-reason">{t('propose.reason')}</label>
                <textarea id="release-reason" required rows={4} onInput={(event) => setReason(value(event))} />
                <label for="release-countries">{t('propose.jurisdictions')}</label>
                <input
                    id="release-countries"
                    required
                    aria-describedby="countries-hint"
                    onInput={(event) => setCountries(value(event))}
                />
                <p id="countries-hint">{t('propose.jurisdictionsHint')}</p>
                <fieldset>
                    <legend>{t('propose.items')}</legend>
                    {chosen.map((one, i) => (
                        <ItemName key={one.exhibit} one={one} at={i} />
                    ))}
                </fieldset>
                <p>{t('propose.readers')}</p>
                <Button busy={busy} id="propose">
                    {t('propose.button')}
                </Button>
                {busy ? <Meter label={t('propose.busy', sent)} {...sent} /> : null}
            </form>
        </>
    );
}

function ItemName({ one, at }: { readonly one: Chosen; readonly at: number }) {
    const { t, chosen, choose } = useFrame();
    const fault = nameFault(
        chosen.map((c) => c.name),
        at,
    );
    const id = `item-name-${at}`;
    const rename = (event: Event) => {
        const name = (event.currentTarget as HTMLInputElement).value.normalize('NFC');
        choose(chosen.map((c) => (c.exhibit === one.exhibit ? { ...c, name } : c)));
    };
    return (
        <div class="item">
            <label for={id}>{t('propose.name', { number: one.number })}</label>
            <input
                id={id}
                value={one.name}
                required
                onInput={rename}
                aria-invalid={fault !== undefined}
                aria-describedby={`${id}-fault`}
            />
            <p id={`${id}-fault`} class="fault">
                {fault === undefined ? '' : t(`propose.fault.${fault}`)}
            </p>
            <Button quiet onPress={() => choose(chosen.filter((c) => c.exhibit !== one.exhibit))}>
                {t('propose.remove', { name: toldName(one.name) })}
            </Button>
        </div>
    );
}
