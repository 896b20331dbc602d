// Texts in the person's language.
import { de } from './de';
import { type MessageKey, type Messages, en } from './en';
import { fr } from './fr';
import { it } from './it';

export const LANGUAGES = { en: 'English', fr: 'Français', de: 'Deutsch', it: 'Italiano' } as const;
export type Language = keyof typeof LANGUAGES;
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

export const TEXTS: Readonly<Record<Language, Messages>> = { en, fr, de, it };
const PLACE = 'sigillo/language';

export function isLanguage(word: string | null | undefined): word is Language {
    return word != null && Object.hasOwn(LANGUAGES, word);
}

export function chosenLanguage(store: Pick<Storage, 'getItem'>, offered: readonly string[]): Language {
    const kept = store.getItem(PLACE);
    const first = offered.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage);
    return isLanguage(kept) ? kept : (first ?? 'en');
}

export function keepLanguage(store: Pick<Storage, 'setItem'>, language: Language): void {
    store.setItem(PLACE, language);
}

export function translator(language: Language): Translate {
    const texts = TEXTS[language];
    return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function dayText(language: Language, day: string): string {
    const date = new Date(day.length === 10 ? `${day}T00:00:00Z` : day);
    const options = day.length === 10 ? { dateStyle: 'long', timeZone: 'UTC' } : { dateStyle: 'long', timeStyle: 'short' };
    return Number.isNaN(date.getTime())
        ? day
        : new Intl.DateTimeFormat(language, options as Intl.DateTimeFormatOptions).format(date);
}
