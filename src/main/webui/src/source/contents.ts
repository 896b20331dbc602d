// What a source wants to send, before anything of it is sealed.
import { utf8 } from '../formats/bytes';
import type { Content } from './sending';
import type { Wrong } from './told';
import { looksLikeCodename } from './words';

const LONGEST_MESSAGE = 1_048_576;
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}$/;

/**
 * What is wrong with them, if anything is.
 *
 * @param least characters that the message must have
 * @param most bytes of a file
 */
export function wrongWith(
    message: string,
    files: readonly File[],
    least: number,
    most: number,
): Wrong | undefined {
    const length = letters(message);
    if (length === 0 && files.length === 0) {
        return 'empty';
    }
    if (utf8(message).length > LONGEST_MESSAGE) {
        return 'long';
    }
    if (looksLikeCodename(message)) {
        return 'codename';
    }
    if (length < least) {
        return 'short';
    }
    return files.some((file) => file.size > most) ? 'large' : undefined;
}

export function fileContent(file: File): Content {
    const mediaType = MEDIA_TYPE.test(file.type) ? file.type : 'application/octet-stream';
    return { of: 'file', name: file.name.toWellFormed(), mediaType, bytes: file };
}

/** White space left out. */
export function letters(message: string): number {
    return Array.from(message.replaceAll(/\s/gu, '')).length;
}
