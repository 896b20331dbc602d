import { type Messages, en } from './en';

export const it: Messages = en;
