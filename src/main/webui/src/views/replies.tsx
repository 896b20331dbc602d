import { useState } from 'preact/hooks';
import { dayText } from '../messages/messages';
import type { OpenedCase, OpenedReply } from '../work';
import { Button, useAct, useFrame } from './frame';

const LONGEST = 20_000;

interface Shown {
    readonly opened: OpenedCase;
    readonly nameOf: (person: string) => string;
    readonly again: (said: string) => void;
}

/** What was answered to the source, and the next answer. */
export function Replies({ opened, nameOf, again }: Shown) {
    const { t } = useFrame();
    return (
        <section class="card" aria-labelledby="replies-title">
            <h2 id="replies-title">{t('reply.title')}</h2>
            {opened.replies.length === 0 ? <p>{t('reply.none')}</p> : null}
            <ol class="cards" data-testid="replies">
                {opened.replies.map((reply, i) => (
                    <Reply key={reply.line.reply} reply={reply} number={i + 1} nameOf={nameOf} />
                ))}
            </ol>
            {opened.generation === 0 ? null : <Composer opened={opened} nameOf={nameOf} again={again} />}
        </section>
    );
}

function Reply({ reply, number, nameOf }: { reply: OpenedReply; number: number; nameOf: (person: string) => string }) {
    const { t, language } = useFrame();
    const { line, words } = reply;
    const lost = line.box === null ? t('reply.removed') : t('reply.sealed', { generation: line.generation });
    return (
        <li>
            <h3>{t('reply.number', { number })}</h3>
            <p>{t('reply.by', { name: nameOf(line.writer), day: dayText(language, line.day) })}</p>
            {words === undefined ? (
                <p class="notice">{lost}</p>
            ) : (
                <blockquote class="message" dir="auto" data-testid={`reply-${number}`}>
                    {words}
                </blockquote>
            )}
        </li>
    );
}

function Composer({ opened, again }: Shown) {
    const { session, t, say } = useFrame();
    const [words, setWords] = useState('');
    const [busy, run] = useAct();
    const empty = words.trim() === '';
    const send = () =>
        run(async () => {
            await session.reply(opened, words);
            setWords('');
            say(t('reply.sent'));
            again(t('reply.sent'));
        });
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                if (!empty && !busy) {
                    send();
                }
            }}
        >
            <label for="reply-words">{t('reply.write')}</label>
            <textarea
                id="reply-words"
                rows={6}
                maxLength={LONGEST}
                value={words}
                aria-describedby="reply-hint"
                onInput={(event) => setWords(event.currentTarget.value)}
            />
            <p id="reply-hint">{t('reply.hint')}</p>
            {empty ? null : (
                <figure data-testid="reply-preview">
                    <figcaption>{t('reply.preview')}</figcaption>
                    <blockquote class="message" dir="auto">
                        {words}
                    </blockquote>
                </figure>
            )}
            <Button busy={busy} disabled={empty} id="reply-send">
                {t('reply.send')}
            </Button>
        </form>
    );
}
