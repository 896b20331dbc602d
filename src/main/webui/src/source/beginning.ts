// How a case begins: with a first key that everybody who counts is granted, and that nobody here keeps.
import { base64 } from '../formats/bytes';
import { type Identity, newIdentity, sealGrant } from '../sealed/age';
import type { Derived } from './codename';
import { type CaseAnswer, type Intake, Refused } from './drop-api';
import type { Link } from './link';

const ROUNDS = 5;

/** @param receivers as they were followed from the genesis; looked up anew if asked */
export async function beginCase(
    link: Link,
    { identity, keeper }: Derived,
    receivers: (anew: boolean) => Promise<Intake['receivers']>,
): Promise<CaseAnswer> {
    const first = await newIdentity();
    for (let round = 1; ; round++) {
        try {
            return (await link.ask('PUT', '/api/case', {
                grants: await grantsOf(first, await receivers(round > 1)),
                keepsake: keeper.keepsake(first.recipient),
                recipient: first.recipient,
                source: identity.recipient,
            })) as CaseAnswer;
        } catch (error) {
            if (!(error instanceof Refused) || error.guard !== 'receivers' || round === ROUNDS) {
                throw error;
            }
        }
    }
}

async function grantsOf(identity: Identity, receivers: Intake['receivers']) {
    return Promise.all(
        receivers.map(async ({ person, recipient }) => ({ person, grant: base64(await sealGrant(identity, recipient)) })),
    );
}
