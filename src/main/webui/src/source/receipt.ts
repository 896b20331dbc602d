// A receipt (docs/spec/ledger.md §7), made from what the server gives and the source's own stub, and checked before it is given out.
import { type Bytes, base64, fromHex, utf8 } from '../formats/bytes';
import { encode, hashText, text } from '../formats/canonical';
import { caseTag } from '../formats/entry';
import type { Identity } from '../sealed/age';
import { contentHash } from './boxes';
import type { CaseAnswer, ExhibitLine, Proof } from './drop-api';
import { type Followed, agree, proven } from './receivers';
import { openStub } from './shown';

export async function receiptOf(
    identity: Identity,
    ledgers: Followed,
    answer: CaseAnswer,
    line: ExhibitLine,
    proof: Proof,
): Promise<Bytes> {
    const { salt, sha256 } = await openStub(identity, answer, line);
    const entry = proven(ledgers, proof);
    const nonce = fromHex(entry.nonce, 32);
    agree('the receipt', 'exhibit.sealed', entry.type);
    agree('the receipt, case', caseTag(nonce, answer.case), entry.case ?? '');
    agree('the receipt, content', contentHash(salt, sha256), hashText(entry.body, 'content'));
    const extra = { v: 1, case: answer.case, exhibit: line.exhibit, salt, entry: text({ entry: proof.entry }, 'entry') };
    const hashes = proof.proof.map((hash) => `${base64(fromHex(hash, 32))}\n`).join('');
    return utf8(
        `c2sp.org/tlog-proof@v1\nextra ${base64(encode(extra))}\nindex ${proof.index}\n${hashes}\n${proof.checkpoint}`,
    );
}
