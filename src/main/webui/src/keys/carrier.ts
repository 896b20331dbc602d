// Sealed segments over the desk's API.
import { base64, fromHex } from '../formats/bytes';
import { BY_PROGRAM, failed } from '../api';
import type { Carrier } from './keyring';

export const carrier: Carrier = {
    async get(path) {
        const response = await fetch(path, { redirect: 'manual', cache: 'no-store', headers: BY_PROGRAM });
        if (!response.ok) {
            throw await failed(response);
        }
        return new Uint8Array(await response.arrayBuffer());
    },

    async put(path, bytes, sha256) {
        const response = await fetch(path, {
            method: 'PUT',
            redirect: 'manual',
            headers: {
                ...BY_PROGRAM,
                'Content-Type': 'application/octet-stream',
                'Content-Digest': `sha-256=:${base64(fromHex(sha256, 32))}:`,
            },
            body: bytes,
        });
        if (!response.ok) {
            throw await failed(response);
        }
    },
};
