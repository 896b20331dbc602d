// How an age file begins: enough to tell one from other files, and nothing of its library.

export const AGE = 'age-encryption.org/v1\n';

export async function isAge(file: Blob): Promise<boolean> {
    return (await file.slice(0, AGE.length).text()) === AGE;
}
