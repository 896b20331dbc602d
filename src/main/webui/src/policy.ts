// The one Trusted Types policy of the desk's and of the sources' programs: it passes the addresses of our own workers and nothing else.

const OWN = ['/assets/keys-worker.js', '/sw.js', '/assets/drop-worker.js', '/assets/drop-worker.js?alone'];

interface Factory {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;

const policy = factory?.createPolicy('sigillo', { createScriptURL: own });

function own(url: string): string {
    if (!OWN.includes(url)) {
        throw new TypeError('not a script of ours');
    }
    return url;
}

/** The address in the form that the browser demands; typed as text, since the DOM's types still say so. */
export function scriptUrl(url: string): string {
    return (policy?.createScriptURL(url) ?? own(url)) as string;
}
