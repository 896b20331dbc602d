import type { WishLine, WishWord } from '../api';
import { dayText } from '../messages/messages';
import { Button, useAct, useFrame } from './frame';

interface Shown {
    readonly id: string;
    readonly wishes: readonly WishLine[];
    readonly again: (said: string) => void;
}

/** What the source has taken back: a task until somebody has seen to it. */
export function Wishes({ id, wishes, again }: Shown) {
    const { session, t, say, language } = useFrame();
    const [busy, run] = useAct();
    const settle = (wish: WishWord) =>
        run(async () => {
            await session.api.settleWish(id, wish);
            say(t('wish.done'));
            again(t('wish.done'));
        });
    return (
        <>
            {wishes.map(({ wish, day, settled }) => (
                <section key={wish} class="card" data-testid={`wish-${wish}`}>
                    <p class={settled === null ? 'fault' : ''}>{t(`wish.${wish}`)}</p>
                    <p>{t('wish.day', { day: dayText(language, day) })}</p>
                    {settled === null ? (
                        <>
                            <p>{t(`wish.${wish}.task`)}</p>
                            <Button quiet busy={busy} onPress={() => settle(wish)} id={`settle-${wish}`}>
                                {t('wish.settle')}
                            </Button>
                        </>
                    ) : (
                        <p>{t('wish.settled', { day: dayText(language, settled) })}</p>
                    )}
                </section>
            ))}
        </>
    );
}
