// What every view shares: the desk's state, the way between views, and how they speak to the person.
import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Role } from '../formats/statement';
import type { Source } from '../keys/keyring';
import type { MessageKey } from '../messages/en';
import type { Language, Translate } from '../messages/messages';
import type { Saving } from '../saving/saving';
import type { Session } from '../session';

/** An exhibit that was chosen for a release. */
export interface Chosen {
    readonly exhibit: string;
    readonly number: number;
    readonly name: string;
    readonly source: Source;
}

export interface Frame {
    readonly session: Session;
    readonly saving: Saving | undefined;
    readonly language: Language;
    readonly t: Translate;
    readonly chosen: readonly Chosen[];
    readonly choose: (next: readonly Chosen[]) => void;
    /** Says something politely. */
    readonly say: (text: string) => void;
    /** Says what went wrong, in words that tell what to do. */
    readonly fail: (error: unknown) => void;
    /** Draws again after the session has changed. */
    readonly touch: () => void;
    /** Asks the server again who I am, after account or person have changed. */
    readonly again: () => Promise<void>;
    readonly navigate: (path: string) => void;
}

export const FrameContext = createContext<Frame | undefined>(undefined);

export function useFrame(): Frame {
    const frame = useContext(FrameContext);
    if (frame === undefined) {
        throw new Error('a view stands in the frame');
    }
    return frame;
}

/** A heading that takes the focus when its view appears. */
export function Heading({ children }: { readonly children: string }) {
    const heading = useRef<HTMLHeadingElement>(null);
    const { t } = useFrame();
    useEffect(() => {
        document.title = `${children} – ${t('title')}`;
    }, [children, t]);
    useEffect(() => heading.current?.focus(), []);
    return (
        <h1 ref={heading} tabIndex={-1}>
            {children}
        </h1>
    );
}

/** An ordinary link within the desk. */
export function Link(props: { to: string; children: ComponentChildren; current?: boolean; id?: string }) {
    return (
        <a
            href={`#${props.to}`}
            {...(props.id === undefined ? {} : { id: props.id })}
            {...(props.current === true ? { 'aria-current': 'page' as const } : {})}
        >
            {props.children}
        </a>
    );
}

/** A button that has done its work may be gone: whoever uses the keyboard goes on from the view, not from the top. */
function keepFocus(): void {
    if (document.activeElement === document.body) {
        document.getElementById('main')?.focus({ preventScroll: true });
    }
}

/** Runs one act at a time, and says what became of it. */
export function useAct(): [boolean, (act: () => Promise<void>) => void] {
    const { fail } = useFrame();
    const [busy, setBusy] = useState(false);
    const run = useCallback(
        (act: () => Promise<void>) => {
            setBusy(true);
            act()
                .catch(fail)
                .finally(() => {
                    setBusy(false);
                    requestAnimationFrame(keepFocus);
                });
        },
        [fail],
    );
    return [busy, run];
}

/** Loads something when the view appears; `again` loads it anew. */
export function useLoaded<T>(load: () => Promise<T>): [T | undefined, () => void] {
    const { fail } = useFrame();
    const [value, setValue] = useState<T>();
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        let wanted = true;
        load().then(
            (loaded) => {
                if (wanted) {
                    setValue(loaded);
                }
            },
            (error: unknown) => {
                if (wanted) {
                    fail(error);
                }
            },
        );
        return () => {
            wanted = false;
        };
        // The loader is given anew with each drawing; the turn alone says when to load.
    }, [turn]);
    return [value, () => setTurn((n) => n + 1)];
}

export function Button(props: {
    readonly children: ComponentChildren;
    readonly busy?: boolean;
    readonly disabled?: boolean;
    readonly quiet?: boolean;
    readonly onPress?: () => void;
    readonly id?: string;
}) {
    const waits = props.busy === true;
    // A button that works keeps the focus; it only takes no second press.
    const press = (event: Event) => {
        if (waits) {
            event.preventDefault();
        } else {
            props.onPress?.();
        }
    };
    return (
        <button
            type={props.onPress === undefined ? 'submit' : 'button'}
            class={props.quiet === true ? 'quiet' : ''}
            disabled={props.disabled === true}
            aria-disabled={waits}
            aria-busy={waits}
            onClick={press}
            {...(props.id === undefined ? {} : { id: props.id })}
        >
            {props.children}
        </button>
    );
}

export function Meter({ label, done, total }: { label: string; done: number; total: number }) {
    return (
        <label class="meter">
            <span>{label}</span>
            <progress max={Math.max(1, total)} value={done} />
        </label>
    );
}

export const roleKey = (role: Role): MessageKey => `role.${role}`;
export const short = (id: string): string => id.slice(0, 8);
