// What to say to a person about something that failed.
import { BrokenEvidence } from '../formats/bytes';
import type { MessageKey } from '../messages/en';
import type { Translate } from '../messages/messages';
import { Stop } from '../work';

/** A text that is already in the person's language. */
export class Advice extends Error {
    override name = 'Advice';
}

export function explain(error: unknown, t: Translate): string {
    if (error instanceof Stop) {
        return t(error.reason);
    }
    if (!(error instanceof Error)) {
        return t('error.other', { message: String(error) });
    }
    const known: Partial<Record<string, MessageKey>> = {
        SignedOut: 'error.signedOut',
        NotOpened: 'unlock.wrong',
        Locked: 'stop.locked',
        NoSaving: 'error.saving',
    };
    const key = known[error.name];
    if (key !== undefined) {
        return t(key);
    }
    if (error.name === 'BrokenEvidence' || error.name === 'Malformed') {
        return t('error.sealed', { message: error.message });
    }
    if (error.name === 'Advice' || error.name === 'Problem') {
        return error.message;
    }
    return error.name === 'TypeError' && /fetch|network|load/i.test(error.message)
        ? t('error.network')
        : t('error.other', { message: error.message });
}

/**
 * Whether the ledger, or what the server says of people and keys in it, was found broken by this page. A content
 * that the Worker finds broken concerns that content alone and does not come here.
 */
export function isAlarm(error: unknown): error is BrokenEvidence {
    return error instanceof BrokenEvidence;
}
