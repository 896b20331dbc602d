// What the desk says when an answer was sent.
import { render } from 'preact';
import { expect, it } from 'vitest';
import { find } from '../src/drop/stage';
import { translator } from '../src/messages/messages';
import type { OpenedCase } from '../src/work';
import type { Frame } from '../src/views/frame';
import { blank } from './paper';

const ID = 'a'.repeat(32);

const opened: OpenedCase = {
    id: ID,
    source: '',
    generation: 1,
    mine: [1],
    exhibits: [],
    replies: [],
    wishes: [],
    takenUp: '2026-01-01',
    lacking: [],
    holders: [],
    madeGeneration: false,
};

it('says that the answer was sent, also once the case is open anew', async () => {
    blank();
    const { CaseView } = await import('../src/views/case');
    const { FrameContext } = await import('../src/views/frame');
    const said: string[] = [];
    const sent: string[] = [];
    let times = 0;
    const session = {
        own: {},
        trust: {},
        api: { casePart: () => Promise.resolve({ generations: [{ generation: 1 }] }), people: () => Promise.resolve([]) },
        openCase: () => Promise.resolve({ ...opened, generation: ++times }),
        reply: (_: OpenedCase, words: string) => Promise.resolve(void sent.push(words)),
    };
    const frame = {
        session,
        language: 'en',
        t: translator('en'),
        chosen: [],
        say: (text: string) => said.push(text),
        fail: (error: unknown) => expect.unreachable(String(error)),
    } as unknown as Frame;
    render(
        <FrameContext.Provider value={frame}>
            <CaseView id={ID} />
        </FrameContext.Provider>,
        document.body,
    );
    await expect.poll(() => said.at(-1)).toBe('The case is open.');
    const words = find(document, '#reply-words', HTMLTextAreaElement);
    words.value = 'Thank you.';
    words.dispatchEvent(new Event('input', { bubbles: true }));
    await expect.poll(() => find(document, '#reply-send').hasAttribute('disabled')).toBe(false);
    find(document, '#reply-send').closest('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await expect.poll(() => times).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(sent).toEqual(['Thank you.']);
    expect(said.at(-1)).toBe('The answer is sealed, signed and sent.');
});
