// Opens what lies with the server under a codename, for the page. Holds nothing.
import { fromBase64 } from '../formats/bytes';
import { text } from '../formats/canonical';
import type { Identity } from '../sealed/age';
import { openSmall, readReply } from '../sealed/box';
import { contentHash, readStub, readUnfinished } from './boxes';
import type { CaseAnswer, ExhibitLine, ReplyLine, UnfinishedLine } from './drop-api';
import { agree } from './receivers';
import type { Line, ReplyView, UnfinishedView } from './told';

/** What its source was told of an exhibit; throws where the ledger says something else. */
export async function openStub(identity: Identity, answer: CaseAnswer, line: ExhibitLine) {
    const place = { case: answer.case, exhibit: line.exhibit, generation: line.generation };
    const box = await openSmall(fromBase64(line.stub ?? ''), identity);
    const stub = readStub(box, place, answer.origins);
    agree(`the stub of ${line.exhibit}`, line.content, contentHash(stub.salt, stub.sha256));
    return stub;
}

/** One exhibit's line. */
export async function exhibitLine(identity: Identity, answer: CaseAnswer, line: ExhibitLine): Promise<Line> {
    const { exhibit, number, day, index } = line;
    const known = await openStub(identity, answer, line).catch(() => undefined);
    return { exhibit, number, day, index, known: known && { of: known.of, size: known.size, sha256: known.sha256 } };
}

/** What was begun, as its stub says. */
export async function openUnfinished(identity: Identity, answer: CaseAnswer, line: UnfinishedLine) {
    const place = { case: answer.case, exhibit: line.exhibit, generation: line.generation };
    const box = await openSmall(fromBase64(line.stub), identity);
    return { ...readUnfinished(box, place, answer.origins), origin: text(box, 'origin') };
}

/** None of what does not open: nobody could go on with it. */
export async function unfinishedView(
    identity: Identity,
    answer: CaseAnswer,
    line: UnfinishedLine,
    segmentSize: number,
): Promise<UnfinishedView | undefined> {
    const begun = await openUnfinished(identity, answer, line).catch(() => undefined);
    if (begun === undefined) {
        return undefined;
    }
    const { of, size } = begun;
    const arrived = Math.min(line.size, line.segments.length * segmentSize);
    return { exhibit: line.exhibit, of, size, arrived, total: line.size };
}

/** One answer of the newsroom; nothing of one that was removed. */
export async function replyView(
    identity: Identity,
    answer: CaseAnswer,
    line: ReplyLine,
    number: number,
): Promise<ReplyView | undefined> {
    if (line.box === null) {
        return undefined;
    }
    const place = { case: answer.case, reply: line.reply, generation: line.generation, writer: line.writer };
    let words: string | undefined;
    try {
        words = readReply(await openSmall(fromBase64(line.box), identity), place, answer.origins);
    } catch {
        // A colleague's program may be wrong, and stops nobody: the page says that this one does not open.
        words = undefined;
    }
    return { reply: line.reply, number, day: line.day, text: words, fresh: !line.seen };
}
