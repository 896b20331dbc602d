// Opens what a session is granted, and compares it with what the ledger proves. Holds nothing.
import type { Api, CaseAnswer, ExhibitLine } from './api';
import { BrokenEvidence } from './formats/bytes';
import { recipientHash } from './formats/entry';
import type { Trust } from './formats/trust';
import type { Recipient } from './keys/keyring';
import type { Keys } from './keys/keys';
import { generationScope } from './keys/scopes';
import type { OpenedExhibit } from './work';

/** Every generation that is granted; its recipient must be the one that the server says. */
export async function openGrants(keys: Keys, answer: CaseAnswer): Promise<void> {
    for (const { generation, grant } of answer.grants) {
        const scope = generationScope(answer.case, generation);
        const { recipient } = await keys.ask('openGrant', { scope, grant });
        const said = answer.generations.find((g) => g.generation === generation)?.recipient;
        if (said !== recipient) {
            throw new BrokenEvidence(`generation ${generation}`, said ?? 'a recipient', recipient);
        }
    }
}

/** One exhibit's label, and where its content is; or why it cannot be opened. */
export async function openExhibit(
    keys: Keys,
    caseId: string,
    line: ExhibitLine,
    origins: readonly string[],
): Promise<OpenedExhibit> {
    try {
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
