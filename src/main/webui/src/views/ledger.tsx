import { Heading, useFrame } from './frame';

/** What an auditor takes along: all of the ledger, to check it where nobody of the newsroom can interfere. */
export function LedgerView() {
    const { session, t } = useFrame();
    const { me } = session;
    return (
        <>
            <Heading>{t('ledger.title')}</Heading>
            <section class="card">
                <p>{t('ledger.text')}</p>
                <p>
                    <a href="/api/ledger/export" id="ledger-export">
                        {t('ledger.export')}
                    </a>
                </p>
                <p>{t('ledger.check')}</p>
                <p>
                    <code>java -jar sigillo-cli.jar verify --export ledger.tar --genesis genesis.json</code>
                </p>
                <dl>
                    <dt>{t('ledger.origin')}</dt>
                    <dd>{me.origin}</dd>
                    <dt>{t('ledger.genesis')}</dt>
                    <dd>
                        <code>{me.genesis}</code>
                    </dd>
                </dl>
            </section>
        </>
    );
}
