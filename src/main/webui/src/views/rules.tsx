import { useState } from 'preact/hooks';
import type { Listed } from '../api';
import type { MessageKey } from '../messages/en';
import type { Rules, Trust } from '../formats/trust';
import { Button, useAct, useFrame } from './frame';

const FIELDS = ['beat', 'k', 'minimumKeyAge', 'quorum'] as const;
type Field = (typeof FIELDS)[number];

const LABELS: Record<Field, MessageKey> = {
    beat: 'rules.beat',
    k: 'rules.k',
    minimumKeyAge: 'rules.minimumKeyAge',
    quorum: 'rules.quorum',
};

/** The rules in force, what was signed for to follow them, and a form to sign for others. */
export function RulesSection(props: {
    readonly trust: Trust;
    readonly people: readonly Listed[];
    readonly again: () => void;
}) {
    const { trust, people, again } = props;
    const { session, t } = useFrame();
    const nameOf = (id: string) => people.find((p) => p.person === id)?.name ?? id.slice(0, 8);
    const me = session.me.person;
    return (
        <section class="card" data-testid="rules">
            <h2>{t('rules.title', { version: trust.rules.version })}</h2>
            <Values rules={trust.rules} />
            <p>{t('rules.text')}</p>
            {trust.askedRules().map(({ rules, signers }) => (
                <div key={JSON.stringify(rules)} class="act">
                    <p>{t('rules.asked', { names: signers.map(nameOf).join(', ') })}</p>
                    <Values rules={rules} />
                    {me === null || signers.includes(me) ? null : <Sign rules={rules} again={again} />}
                </div>
            ))}
            {me !== null && trust.roles(me).length > 0 ? <Change rules={trust.rules} again={again} /> : null}
        </section>
    );
}

export function Values({ rules }: { readonly rules: Rules }) {
    const { t } = useFrame();
    return (
        <dl>
            {FIELDS.map((field) => (
                <>
                    <dt>{t(LABELS[field])}</dt>
                    <dd>{rules[field]}</dd>
                </>
            ))}
        </dl>
    );
}

function Sign({ rules, again }: { readonly rules: Rules; readonly again: () => void }) {
    const { session, t, say } = useFrame();
    const [busy, run] = useAct();
    const sign = () =>
        run(async () => {
            await session.changeRules(rules);
            say(t('rules.signed'));
            again();
        });
    return (
        <Button busy={busy} onPress={sign} id="sign-rules">
            {t('rules.sign')}
        </Button>
    );
}

function Change({ rules, again }: { readonly rules: Rules; readonly again: () => void }) {
    const { t } = useFrame();
    const [next, setNext] = useState<Rules>({ ...rules, version: rules.version + 1 });
    const changed = FIELDS.some((field) => next[field] !== rules[field]);
    return (
        <details>
            <summary>{t('rules.change')}</summary>
            {FIELDS.map((field) => (
                <p key={field}>
                    <label for={`rules-${field}`}>{t(LABELS[field])}</label>
                    <input
                        id={`rules-${field}`}
                        type="number"
                        min={field === 'quorum' ? 2 : field === 'minimumKeyAge' ? 0 : 1}
                        step={1}
                        value={next[field]}
                        onInput={(event) => {
                            setNext({ ...next, [field]: Math.trunc(event.currentTarget.valueAsNumber || 0) });
                        }}
                    />
                </p>
            ))}
            {changed ? <Sign rules={next} again={again} /> : null}
        </details>
    );
}
