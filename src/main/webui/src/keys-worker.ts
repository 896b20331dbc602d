// The dedicated Worker: the only place that ever holds secrets.
import { answering } from './keys/answer';
import { Keyring } from './keys/keyring';
import { carrier } from './keys/carrier';
import type { Call } from './keys/wire';

const scope = self as unknown as {
    onmessage: ((event: MessageEvent<Call>) => void) | null;
    postMessage(message: unknown, transfer: Transferable[]): void;
};

const answer = answering(new Keyring(carrier), (reply, transfer) => scope.postMessage(reply, transfer));
scope.onmessage = (event) => answer(event.data);
