import { useRef } from 'preact/hooks';
import { fingerprint, recipientHash } from '../formats/entry';
import { KeysFailed } from '../keys/keys';
import { Advice } from './explain';
import { Fingerprint } from './fingerprint';
import { Button, useAct, useFrame } from './frame';

/** Key file and passphrase; then, where they are due, the genesis and the link of account and person. */
export function Unlock({ why }: { readonly why?: string }) {
    const { session, t } = useFrame();
    if (session.own === undefined) {
        return <UnlockForm {...(why === undefined ? {} : { why })} />;
    }
    if (session.pinned === undefined) {
        return <Pin />;
    }
    if (session.me.person !== null) {
        return null;
    }
    const known = session.trust?.person(session.own.person);
    if (known === undefined) {
        return <EnrolThese />;
    }
    return known.founder ? <LinkAccount /> : <p class="notice">{t('stop.notFounder')}</p>;
}

function UnlockForm({ why }: { readonly why?: string }) {
    const { session, t, say, fail, touch } = useFrame();
    const [busy, run] = useAct();
    const file = useRef<HTMLInputElement>(null);
    const passphrase = useRef<HTMLInputElement>(null);
    const submit = (event: Event) => {
        event.preventDefault();
        const chosen = file.current?.files?.[0];
        if (chosen === undefined || passphrase.current === null) {
            fail(new Advice(t('unlock.noFile')));
            return;
        }
        const words = passphrase.current.value;
        run(async () => {
            say(t('unlock.busy'));
            try {
                await session.unlock(new Uint8Array(await chosen.arrayBuffer()), words);
            } catch (error) {
                const other = error instanceof KeysFailed && error.name === 'Malformed';
                throw other ? new Advice(t('unlock.malformed')) : error;
            }
            say(t('unlock.done'));
            touch();
        });
    };
    return (
        <section class="card" aria-labelledby="unlock-title" data-testid="unlock">
            <h2 id="unlock-title">{t('unlock.title')}</h2>
            {why === undefined ? null : <p>{why}</p>}
            <p>{t('unlock.text')}</p>
            <form onSubmit={submit}>
                <label for="key-file">{t('unlock.file')}</label>
                <input id="key-file" type="file" ref={file} required accept=".age,.sigillo,application/octet-stream" />
                <label for="passphrase">{t('unlock.passphrase')}</label>
                <input id="passphrase" type="password" ref={passphrase} required autocomplete="off" />
                <Button busy={busy} id="unlock">
                    {t('unlock.button')}
                </Button>
                {busy ? <p>{t('unlock.busy')}</p> : null}
            </form>
        </section>
    );
}

function Pin() {
    const { session, t, touch } = useFrame();
    const [busy, run] = useAct();
    const pin = () =>
        run(async () => {
            await session.pin();
            touch();
        });
    return (
        <section class="card" aria-labelledby="pin-title" data-testid="pin">
            <h2 id="pin-title">{t('pin.title')}</h2>
            <p>{t('pin.text')}</p>
            <p>
                {t('pin.hash')}: <Fingerprint value={session.me.genesis} id="genesis" />
            </p>
            <Button busy={busy} onPress={pin} id="pin">
                {t('pin.button')}
            </Button>
        </section>
    );
}

function LinkAccount() {
    const { session, t, say, again } = useFrame();
    const [busy, run] = useAct();
    const link = () =>
        run(async () => {
            await session.linkAccount();
            await again();
            say(t('link.done'));
        });
    return (
        <section class="card" aria-labelledby="link-title" data-testid="link-account">
            <h2 id="link-title">{t('link.title')}</h2>
            <p>{t('link.text')}</p>
            <OwnFingerprint />
            <Button busy={busy} onPress={link} id="link-account">
                {t('link.button')}
            </Button>
        </section>
    );
}

/** Keys that were made and saved here, or elsewhere, and that the ledger does not know yet. */
function EnrolThese() {
    const { session, t, say, again } = useFrame();
    const [busy, run] = useAct();
    const send = () =>
        run(async () => {
            await session.enrol();
            await again();
            say(t('enrol.done'));
        });
    return (
        <section class="card" aria-labelledby="enrol-these-title" data-testid="enrol-these">
            <h2 id="enrol-these-title">{t('enrol.these')}</h2>
            <p>{t('enrol.theseText')}</p>
            <OwnFingerprint />
            <Button busy={busy} onPress={send} id="enrol-these">
                {t('enrol.send')}
            </Button>
        </section>
    );
}

export function OwnFingerprint() {
    const { session, t } = useFrame();
    const { own } = session;
    return own === undefined ? null : (
        <p>
            {t('keys.fingerprint')}:{' '}
            <Fingerprint value={fingerprint(own.key, recipientHash(own.recipient))} id="own-fingerprint" />
        </p>
    );
}
