// What the Worker asks of the server, under its session: proved anew when it has ended, asked again when the circuit broke.
import { BrokenEvidence, base64, fromBase64, fromUtf8 } from '../formats/bytes';
import type { Json } from '../formats/canonical';
import { open } from '../sealed/age';
import type { Derived } from './codename';
import { Refused, type Transport, good } from './drop-api';
import { type Gate, Meanwhile, type Patience, SOON } from './patience';
import { work } from './toil';

/**
 * What a token may look like. Stubs, answers and receipts are sealed to the same identity: a server that sent one of them as its
 * challenge would otherwise be read it.
 */
const TOKEN = /^[A-Za-z0-9_.~+/=-]{1,2048}$/;

/** How often one request may lose its session again: to another tab that proves its own. */
const PROOFS = 4;

/** The source gave this up while it was under way. */
export class Stopped extends Error {
    override name = 'Stopped';
}

interface Challenge {
    readonly challenge: string;
    readonly work?: number;
}

export interface SegmentPut {
    readonly path: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly digest: Uint8Array;
    readonly mark: Uint8Array;
    sent(bytes: number): void;
}

export class Link {
    private own: Derived | undefined;
    private begins = false;
    /** In the line of those who begin. */
    private place = '';

    constructor(
        private readonly transport: Transport,
        private readonly patience: Patience,
        readonly gate: Gate,
    ) {}

    /** Without a session. */
    async public(path: string): Promise<unknown> {
        return this.patience.until(async () => good(await this.transport.ask('GET', path)), SOON);
    }

    /** Proves that it has the identity. `begins`: the codename was made just now, so a case may be begun. */
    async enter(own: Derived, begins: boolean): Promise<void> {
        this.own = own;
        this.begins = begins;
        await this.patience.until(() => this.prove(), SOON);
    }

    get entered(): Derived {
        if (this.own === undefined) {
            throw new Error('no codename was confirmed');
        }
        return this.own;
    }

    async ask(method: string, path: string, body?: Json): Promise<unknown> {
        return this.patience.until(() => this.proved(async () => good(await this.transport.ask(method, path, body, this.whose()))));
    }

    /** Looks so many times, each time later, until another program has done what it is at. */
    async meanwhile<T>(look: () => Promise<T | undefined>, times: number): Promise<T | undefined> {
        let left = times;
        return this.patience.until(async () => {
            const found = await look();
            if (found === undefined && --left > 0) {
                throw new Meanwhile();
            }
            return found;
        });
    }

    async put(segment: SegmentPut, stop: AbortSignal): Promise<void> {
        const headers = {
            ...this.whose(),
            'Content-Digest': `sha-256=:${base64(segment.digest)}:`,
            'Sigillo-Mark': `:${base64(segment.mark)}:`,
        };
        const sent = (bytes: number) => segment.sent(bytes);
        const once = async () => {
            for (;;) {
                await this.gate.pass(stop);
                if (stop.aborted) {
                    throw new Stopped();
                }
                const signal = AbortSignal.any([this.gate.signal, stop]);
                try {
                    good(await this.transport.put(segment.path, segment.bytes, headers, { sent, signal }));
                    return;
                } catch (error) {
                    segment.sent(0);
                    // Paused, it is sent once more when the source goes on.
                    if (!signal.aborted) {
                        throw error;
                    }
                }
            }
        };
        await this.patience.until(() => this.proved(once));
    }

    async leave(): Promise<void> {
        this.own = undefined;
        good(await this.transport.ask('DELETE', '/api/session'));
    }

    /** Whose session is meant: another tab with another codename has put its own in the browser's only place for one. */
    private whose(): Readonly<Record<string, string>> {
        return { 'Sigillo-Locator': this.entered.locator };
    }

    private async proved<T>(ask: () => Promise<T>): Promise<T> {
        for (let proofs = 0; ; proofs++) {
            try {
                return await ask();
            } catch (error) {
                if (!(error instanceof Refused) || error.status !== 401 || proofs === PROOFS) {
                    throw error;
                }
                await this.prove();
            }
        }
    }

    private async prove(): Promise<void> {
        const { locator, identity } = this.entered;
        const begun = { begin: this.begins, locator, recipient: identity.recipient };
        const { challenge, work: bits } = good(await this.transport.ask('POST', '/api/session', begun)) as Challenge;
        const token = fromUtf8(await open(fromBase64(challenge), identity));
        if (!TOKEN.test(token)) {
            throw new BrokenEvidence("the session's challenge", 'a token', 'something that must not be read out');
        }
        try {
            good(await this.transport.ask('POST', '/api/session/proof', { place: this.place, token, work: await work(token, bits ?? 0) }));
        } catch (error) {
            if (error instanceof Refused && error.place !== undefined) {
                this.place = error.place;
            }
            throw error;
        }
    }
}
