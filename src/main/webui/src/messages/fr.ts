import { type Messages, en } from './en';

export const fr: Messages = en;
