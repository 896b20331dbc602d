// Opens what a session is granted, and compares it with what the ledger proves. Holds nothing.
import type { Api, CaseAnswer, ExhibitLine, ReplyLine } from './api';
import { BrokenEvidence, fromBase64, fromHex } from './formats/bytes';
import { text } from './formats/canonical';
import { caseTag, parseEntry, recipientHash } from './formats/entry';
import { demand, included, leafHash } from './formats/merkle';
import type { Trust } from './formats/trust';
import type { Recipient } from './keys/keyring';
import type { Keys } from './keys/keys';
import { generationScope } from './keys/scopes';
import { type OpenedExhibit, type OpenedReply, Stop } from './work';

/**
 * Every generation that is granted; its recipient must be the one that the server says. The first may have been made by the
 * source's own program, in which anybody can write anything: one that opens nothing concerns what was sealed to it alone.
 *
 * @returns those that opened
 */
export async function openGrants(keys: Keys, answer: CaseAnswer): Promise<number[]> {
    const opened: number[] = [];
    for (const { generation, grant } of answer.grants) {
        const said = answer.generations.find((g) => g.generation === generation)?.recipient;
        try {
            const scope = generationScope(answer.case, generation);
            const { recipient } = await keys.ask('openGrant', { scope, grant, recipient: said ?? '' });
            if (said !== recipient) {
                throw new BrokenEvidence(`generation ${generation}`, said ?? 'a recipient', recipient);
            }
            opened.push(generation);
        } catch (error) {
            if (generation !== 0 || (error instanceof Error && error.name === 'Locked')) {
                throw error;
            }
        }
    }
    return opened;
}

/** One exhibit's label, and where its content is; or why it cannot be opened. */
export async function openExhibit(
    keys: Keys,
    caseId: string,
    line: ExhibitLine,
    origins: readonly string[],
    mine: readonly number[],
): Promise<OpenedExhibit> {
    try {
        if (line.generation === 0 && !mine.includes(0)) {
            throw new Stop('stop.senderKey');
        }
        const place = { origins, case: caseId, exhibit: line.exhibit, generation: line.generation };
        const label = await keys.ask('openLabel', { place, label: line.label });
        const listed = line.segments.map((s) => s.sha256).join(' ');
        if (listed !== label.segments.join(' ')) {
            throw new BrokenEvidence('the segments', label.segments.join(' '), listed);
        }
        const source = {
            scope: generationScope(caseId, line.generation),
            size: label.size,
            sha256: label.sha256,
            segments: line.segments.map((s) => ({
                path: `/api/exhibits/${line.exhibit}/segments/${s.number}`,
                sha256: s.sha256,
            })),
        };
        return { line, label, source, fault: undefined };
    } catch (error) {
        const fault = error instanceof Error ? error : new Error(String(error));
        return { line, label: undefined, source: undefined, fault };
    }
}

/** Recipients of people whose keys the ledger proves; a text that differs from its hash stops everything. */
export async function recipients(api: Api, people: readonly string[], trust: Trust): Promise<Recipient[]> {
    const listed = await api.people();
    return people.map((person) => {
        const known = trust.person(person);
        const recipient = listed.find((l) => l.person === person)?.recipient ?? '';
        if (known === undefined || recipientHash(recipient) !== known.recipient) {
            throw new BrokenEvidence(`the recipient of ${person}`, known?.recipient ?? 'none', recipient);
        }
        return { person, recipient };
    });
}

/** One reply; nothing of one that I cannot open, or that its source has removed. */
export async function openReply(
    keys: Keys,
    caseId: string,
    line: ReplyLine,
    origins: readonly string[],
    mine: readonly number[],
): Promise<OpenedReply> {
    if (line.box === null || !mine.includes(line.generation)) {
        return { line, words: undefined };
    }
    const { reply, generation, writer, box } = line;
    const place = { case: caseId, reply, generation, writer };
    try {
        return { line, words: await keys.ask('openReply', { place, origins, box }) };
    } catch {
        return { line, words: undefined };
    }
}

/** Demands that the ledger names this recipient as that of the case's source: what is sealed to another, another reads. */
export async function demandSource(api: Api, trust: Trust, caseId: string, source: string): Promise<void> {
    const { origin, index, bytes, proof } = await api.opened(caseId, trust.checkpoint.size);
    const tree = trust.tree(origin);
    const entry = fromBase64(bytes);
    const path = proof.map((p) => fromHex(p, 32));
    demand(included(index, tree.size, leafHash(entry), path, tree.root), `entry ${index}`, tree.root);
    const { type, nonce, body, case: tag } = parseEntry(entry);
    const found = type === 'case.opened' && tag === caseTag(fromHex(nonce, 32), caseId) ? text(body, 'source') : type;
    if (found !== recipientHash(source)) {
        throw new BrokenEvidence('the key of the source', recipientHash(source), found);
    }
}
