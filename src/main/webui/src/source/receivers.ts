// Who may be sealed to: followed from the genesis, never taken from the server's word (docs/spec/drop-api.md §2, §3).
import { BrokenEvidence, fromBase64, fromHex, hex } from '../formats/bytes';
import { hashText, only } from '../formats/canonical';
import { type Entry, caseTag, parseEntry, recipientHash } from '../formats/entry';
import { demand, included, leafHash } from '../formats/merkle';
import { type Checkpoint, openCheckpoint } from '../formats/note';
import { closedLedgers } from '../formats/closed';
import { bodyDigest, parseStatement, signatureHolds } from '../formats/statement';
import { type Trust, follow } from '../formats/trust';
import type { Generation, Intake, Proof } from './drop-api';
import type { Keeper } from './codename';

/** The ledger that is written, and those that it names as closed before it. */
export interface Followed {
    readonly trust: Trust;
    readonly closed: readonly Trust[];
}

/** Follows the ledger, and compares with it everybody who would be sealed to: exactly those who count. */
export function followed(intake: Intake, knownGenesis: string | undefined): Followed {
    if (knownGenesis !== undefined) {
        agree('the genesis', knownGenesis, intake.genesis);
    }
    const trust = follow(intake.genesis, intake.people);
    agree('the origin', trust.origin, intake.origin);
    agree('the instance', trust.instance, intake.instance);
    const counting = new Map(trust.counting('reviewer').map((person) => [person.id, person.recipient]));
    for (const { person, recipient } of intake.receivers) {
        agree(`the recipient of ${person}`, counting.get(person) ?? 'nobody who counts', recipientHash(recipient));
        counting.delete(person);
    }
    if (counting.size > 0 || intake.receivers.length === 0) {
        throw new BrokenEvidence('the receivers', 'everybody who counts, each once', [...counting.keys()].join(' '));
    }
    return { trust, closed: closedLedgers(trust, intake.closed) };
}

/** Whose case it is, and what is known of it. */
export interface Own extends Followed {
    readonly keeper: Keeper;
    readonly case: string;
    /** The source's own recipient. */
    readonly source: string;
}

/** The server's program made this key, and the ledger does not say so yet. Nothing is sealed to it. */
export class Untraced extends Error {
    override name = 'Untraced';
}

/**
 * The recipient of a generation that can be traced: to this source's own program, to the entry by which the case began, or to
 * somebody who counts as reviewer.
 */
export async function traced(own: Own, generation: Generation, opened: () => Promise<Proof | undefined>): Promise<string> {
    const { recipient } = generation;
    const where = `generation ${generation.generation}`;
    if (generation.generation > 0) {
        bySomebodyWhoCounts(own, generation, where);
        return recipient;
    }
    const { keepsake } = generation;
    if (typeof keepsake === 'string') {
        agree(`${where}, keepsake`, own.keeper.keepsake(recipient), keepsake);
        return recipient;
    }
    const proof = await opened();
    if (proof === undefined) {
        throw new Untraced(where);
    }
    const entry = proven(own, proof);
    only(entry.body, 'recipient', 'source');
    agree(`${where}, entry`, 'case.opened by source', `${entry.type} by ${entry.actor ?? ''}`);
    agree(`${where}, case`, caseTag(fromHex(entry.nonce, 32), own.case), entry.case ?? '');
    agree(`${where}, recipient`, hashText(entry.body, 'recipient'), recipientHash(recipient));
    agree(`${where}, source`, hashText(entry.body, 'source'), recipientHash(own.source));
    return recipient;
}

function bySomebodyWhoCounts(own: Own, made: Generation, where: string): void {
    const person = own.trust.person(made.person ?? '');
    if (person === undefined || !own.trust.counts(person.id, 'reviewer')) {
        throw new BrokenEvidence(where, 'made by somebody who counts as reviewer', made.person ?? 'nobody');
    }
    const statement = parseStatement({ bytes: made.statement?.bytes ?? '', signature: made.statement?.signature ?? '' });
    const { claims } = statement;
    if (!own.trust.origins.includes(claims.origin)) {
        throw new BrokenEvidence(`${where}, origin`, own.trust.origins.join(' or '), claims.origin);
    }
    agree(`${where}, kind`, 'case.generation', claims.kind);
    agree(`${where}, subject`, caseTag(fromHex(made.nonce ?? '', 32), own.case), claims.subject);
    agree(`${where}, role`, 'reviewer', claims.role ?? '');
    agree(`${where}, key`, person.key, claims.key);
    const body = { generation: made.generation, recipient: recipientHash(made.recipient) };
    agree(`${where}, digest`, bodyDigest(body), claims.digest);
    if (!signatureHolds(statement)) {
        throw new BrokenEvidence(where, `a signature by ${person.id}`, 'one that does not hold');
    }
}

/** The entry of a proof, if it is in a tree that the log signed: that of the open ledger, or of a closed one by its own keys. */
export function proven(ledgers: Followed, proof: Proof): Entry {
    const bytes = fromBase64(proof.entry);
    const checkpoint = signed(ledgers, proof.checkpoint);
    const path = proof.proof.map((hash) => fromHex(hash, 32));
    const where = `entry ${proof.index}`;
    demand(included(proof.index, checkpoint.size, leafHash(bytes), path, checkpoint.root), where, checkpoint.root);
    const entry = parseEntry(bytes);
    agree(`${where}, index`, String(entry.n), String(proof.index));
    return entry;
}

function signed({ trust, closed }: Followed, note: string): Checkpoint {
    const ledger = closed.find((it) => note.startsWith(`${it.origin}\n`));
    if (ledger === undefined) {
        return openCheckpoint(note, trust.origin, trust.verifiers);
    }
    const checkpoint = openCheckpoint(note, ledger.origin, ledger.verifiers);
    const { size, root } = ledger.checkpoint;
    const where = `the tree of ${ledger.origin}, as it was closed`;
    if (checkpoint.size > size) {
        throw new BrokenEvidence(where, `${size} entries`, `${checkpoint.size}`);
    }
    if (checkpoint.size === size) {
        agree(where, hex(root), hex(checkpoint.root));
    }
    return checkpoint;
}

export function agree(where: string, expected: string, found: string): void {
    if (expected !== found) {
        throw new BrokenEvidence(where, expected, found);
    }
}
