// What one person's unlocked keys can do. Lives in the keys Worker alone: identities and seed are never answered,
// but for two things: the key file, sealed by its passphrase, and at publication the release's reading key.
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Bytes, Malformed, base64, fromBase64, hex, lenientUtf8, random } from '../formats/bytes';
import { type Manifest, parseManifest, writeManifest } from '../formats/manifest';
import { type Claims, type Statement, message, writeClaims } from '../formats/statement';
import { type Identity, newIdentity, open, openGrant, sealGrant } from '../sealed/age';
import { type Label, type Place, type ReplyPlace, openSmall, readLabel, readReply, sealSmall, unpad, writeReply } from '../sealed/box';
import { type Content, collect, digest, openContent, sealContent } from '../sealed/content';
import { type KeyFile, readKeyFile, writeKeyFile } from '../sealed/keyfile';
import { SEGMENT, segmentCount } from '../sealed/padding';
import { SHOWN, generationScope, releaseScope } from './scopes';

/** Where the Worker gets sealed segments, and puts them. */
export interface Carrier {
    get(path: string): Promise<Bytes>;
    put(path: string, bytes: Bytes, sha256: string): Promise<void>;
}

export interface Own {
    readonly person: string;
    readonly key: string;
    readonly recipient: string;
    readonly genesis: string | undefined;
}

export interface Recipient {
    readonly person: string;
    readonly recipient: string;
}

export interface Grant {
    readonly person: string;
    readonly grant: string;
}

/** One segment as the API names it. */
export interface Segment {
    readonly path: string;
    readonly sha256: string;
}

/** A sealed content, and which opened key opens it: a case's generation, or a release. */
export interface Source extends Content {
    readonly scope: string;
    readonly segments: readonly Segment[];
}

export interface Proposal {
    readonly release: string;
    readonly title: string;
    readonly reason: string;
    readonly jurisdictions: readonly string[];
    readonly items: readonly { readonly name: string; readonly source: Source }[];
    readonly readers: readonly Recipient[];
    /** Segment n goes to `<path>/<n>`. */
    readonly path: string;
}

export interface Sealed {
    readonly manifest: string;
    readonly recipient: string;
    readonly segments: readonly string[];
    readonly grants: readonly Grant[];
}

export interface OpenedRelease {
    readonly manifest: Manifest;
    readonly digest: string;
    /** For each item of the manifest, where its content lies. */
    readonly sources: readonly Source[];
}

export type Progress = (done: number, total: number) => void;

const LARGEST_MANIFEST = 1_048_576;

export class Locked extends Error {
    override name = 'Locked';
}

export class Keyring {
    private own: KeyFile | undefined;
    private readonly scopes = new Map<string, Identity>();
    private readonly checked = new Set<string>();

    constructor(
        private readonly carrier: Carrier,
        private readonly segmentSize = SEGMENT,
    ) {}

    async unlock(ask: { file: Bytes; passphrase: string }): Promise<Own> {
        this.lock();
        this.own = await readKeyFile(ask.file, ask.passphrase);
        return this.shown(this.own);
    }

    lock(): void {
        this.own?.seed.fill(0);
        this.own = undefined;
        this.scopes.clear();
        this.checked.clear();
    }

    /** Makes a new person's keys. They are unlocked from then on. */
    async makeKeyFile(ask: {
        person: string;
        genesis: string;
        passphrase: string;
        work?: number;
    }): Promise<Own & { file: Bytes }> {
        this.lock();
        const own = { person: ask.person, seed: random(32), genesis: ask.genesis, identity: await newIdentity() };
        const file = await writeKeyFile(own, ask.passphrase, ask.work);
        this.own = own;
        return { ...this.shown(own), file };
    }

    private shown(own: KeyFile): Own {
        return {
            person: own.person,
            key: hex(ed25519.getPublicKey(own.seed)),
            recipient: own.identity.recipient,
            genesis: own.genesis,
        };
    }

    /** Signs. A decision on a release is signed only over a manifest of which every item was opened here. */
    sign(claims: Claims): Statement {
        const { seed } = this.unlocked();
        if (claims.key !== hex(ed25519.getPublicKey(seed))) {
            throw new Malformed('a statement names its own signer');
        }
        const decides = claims.kind === 'release.vote' || claims.kind === 'release.released';
        if (decides && !this.checked.has(`${claims.subject} ${claims.digest}`)) {
            throw new Malformed('a decision needs every item of the manifest opened and checked here');
        }
        const bytes = writeClaims(claims);
        return { bytes: base64(bytes), signature: base64(ed25519.sign(message(bytes), seed)) };
    }

    /** What opens is kept only if it is the key of the recipient, where one is expected. */
    async openGrant(ask: { scope: string; grant: string; recipient?: string }): Promise<{ recipient: string }> {
        const identity = await openGrant(fromBase64(ask.grant), this.unlocked().identity);
        if (ask.recipient === undefined || ask.recipient === identity.recipient) {
            this.scopes.set(ask.scope, identity);
        }
        return { recipient: identity.recipient };
    }

    async openLabel(ask: { place: Place; label: string }): Promise<Label> {
        const identity = this.scope(generationScope(ask.place.case, ask.place.generation));
        return readLabel(await openSmall(fromBase64(ask.label), identity), ask.place);
    }

    /** Seals words to a source, and to the case's generation, which must be open here. */
    async sealReply(ask: { place: ReplyPlace; origin: string; words: string; source: string }): Promise<string> {
        const { recipient } = this.scope(generationScope(ask.place.case, ask.place.generation));
        return base64(await sealSmall(writeReply(ask.place, ask.origin, ask.words), ask.source, recipient));
    }

    async openReply(ask: { place: ReplyPlace; origins: readonly string[]; box: string }): Promise<string> {
        const identity = this.scope(generationScope(ask.place.case, ask.place.generation));
        return readReply(await openSmall(fromBase64(ask.box), identity), ask.place, ask.origins);
    }

    /** A new generation of a case's key, granted to these people. */
    async makeGeneration(ask: {
        scope: string;
        people: readonly Recipient[];
    }): Promise<{ recipient: string; grants: Grant[] }> {
        this.unlocked();
        const identity = await newIdentity();
        const grants = await grantsOf(identity, ask.people);
        this.scopes.set(ask.scope, identity);
        return { recipient: identity.recipient, grants };
    }

    async grants(ask: { scope: string; people: readonly Recipient[] }): Promise<Grant[]> {
        return grantsOf(this.scope(ask.scope), ask.people);
    }

    /** A message as text, and whether every byte of it was UTF-8: not every source's machine writes that. */
    async readText(source: Source): Promise<{ text: string; exact: boolean }> {
        if (source.size > SHOWN) {
            throw new Malformed('too long to be shown');
        }
        return lenientUtf8(await collect(this.read(source)));
    }

    /** Opens a content chunk by chunk; ends only if all of it is right. */
    read(source: Source): AsyncGenerator<Uint8Array, void, undefined> {
        return openContent(
            async (number) => this.carrier.get(source.segments[number]?.path ?? ''),
            source.segments.map((segment) => segment.sha256),
            source,
            this.scope(source.scope),
            this.segmentSize,
        );
    }

    /** Seals manifest and items to a fresh reading key, puts every segment, and grants the key to the readers. */
    async propose(ask: Proposal, progress: Progress = () => undefined): Promise<Sealed> {
        this.unlocked();
        const identity = await newIdentity();
        const manifest = writeManifest({
            items: ask.items.map(({ name, source }) => ({ name, sha256: source.sha256, size: source.size })),
            jurisdictions: ask.jurisdictions,
            random: hex(random(32)),
            reason: ask.reason,
            release: ask.release,
            title: ask.title,
            v: 1,
        });
        if (manifest.length > LARGEST_MANIFEST) {
            throw new Malformed('the manifest is too long');
        }
        const sha256 = await digest(manifest);
        const contents = [
            { known: { size: manifest.length, sha256 }, chunks: () => once(manifest) },
            ...ask.items.map(({ source }) => ({ known: source, chunks: () => this.read(source) })),
        ];
        const total = contents.reduce((sum, c) => sum + segmentCount(c.known.size, this.segmentSize), 0);
        const segments: string[] = [];
        for (const { known, chunks } of contents) {
            for await (const sealed of sealContent(chunks(), known, identity.recipient, this.segmentSize)) {
                await this.carrier.put(`${ask.path}/${segments.length}`, sealed.bytes, sealed.sha256);
                segments.push(sealed.sha256);
                progress(segments.length, total);
            }
        }
        const grants = await grantsOf(identity, ask.readers);
        return { manifest: sha256, recipient: identity.recipient, segments, grants };
    }

    /** Opens a proposal's reading key and manifest, and finds where each item lies. */
    async openRelease(ask: {
        release: string;
        grant: string;
        segments: readonly Segment[];
    }): Promise<OpenedRelease> {
        const scope = releaseScope(ask.release);
        await this.openGrant({ scope, grant: ask.grant });
        const [first] = ask.segments;
        if (first === undefined) {
            throw new Malformed('a proposal begins with its manifest');
        }
        const sealed = await this.carrier.get(first.path);
        if ((await digest(sealed)) !== first.sha256) {
            throw new Malformed('the manifest was not delivered as it was sealed');
        }
        const bytes = new Uint8Array(unpad(await open(sealed, this.scope(scope))));
        const manifest = parseManifest(bytes);
        if (manifest.release !== ask.release || segmentCount(bytes.length, this.segmentSize) !== 1) {
            throw new Malformed('the manifest is of another release');
        }
        let at = 1;
        const sources = manifest.items.map((item) => {
            const count = segmentCount(item.size, this.segmentSize);
            const segments = ask.segments.slice(at, at + count);
            at += count;
            return { scope, size: item.size, sha256: item.sha256, segments };
        });
        if (at !== ask.segments.length) {
            throw new Malformed(`the manifest speaks of ${at} segments, the proposal has ${ask.segments.length}`);
        }
        return { manifest, digest: await digest(bytes), sources };
    }

    /** Opens every item to its end; from then on a decision over this manifest can be signed. */
    async checkRelease(opened: OpenedRelease, progress: Progress = () => undefined): Promise<void> {
        const manifest = writeManifest(opened.manifest);
        const { release, items } = opened.manifest;
        const bound = items.every((item, i) => {
            const source = opened.sources[i];
            return source?.sha256 === item.sha256 && source.size === item.size;
        });
        if (!bound || (await digest(manifest)) !== opened.digest) {
            throw new Malformed('this is not what was opened');
        }
        const total = items.reduce((sum, item) => sum + item.size, 0);
        let done = 0;
        for (const source of opened.sources) {
            for await (const chunk of this.read(source)) {
                done += chunk.length;
                progress(done, total);
            }
        }
        this.checked.add(`${release} ${opened.digest}`);
    }

    /** The release's reading key, to be handed over at publication: only of a release that was checked here. */
    readingKey(ask: { release: string; manifest: string }): string {
        if (!this.checked.has(`${ask.release} ${ask.manifest}`)) {
            throw new Malformed('the reading key is handed over only after every item was opened and checked');
        }
        return this.scope(releaseScope(ask.release)).secret;
    }

    private unlocked(): KeyFile {
        if (this.own === undefined) {
            throw new Locked('unlock your key file first');
        }
        return this.own;
    }

    private scope(name: string): Identity {
        this.unlocked();
        const identity = this.scopes.get(name);
        if (identity === undefined) {
            throw new Locked('the key of this case or release has not been opened');
        }
        return identity;
    }
}

async function grantsOf(identity: Identity, people: readonly Recipient[]): Promise<Grant[]> {
    return Promise.all(
        people.map(async ({ person, recipient }) => ({
            person,
            grant: base64(await sealGrant(identity, recipient)),
        })),
    );
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    yield bytes;
}
