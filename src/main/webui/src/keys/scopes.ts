// Names under which the Worker keeps opened keys, and what the page must know of its limits.

export const generationScope = (caseId: string, generation: number) => `case ${caseId} ${generation}`;
export const releaseScope = (release: string) => `release ${release}`;

/** A message larger than this is saved as a file, not shown. */
export const SHOWN = 1_048_576;
