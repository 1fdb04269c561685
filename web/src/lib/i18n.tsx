import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";

export const LANGUAGES = ["fr", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

type Messages = Readonly<Record<string, string>>;
type Params = Readonly<Record<string, string | number>>;

export interface Translate<Key extends string> {
  (key: Key, params?: Params): string;
  /** Whether a key that came from data (a problem type, a status) has a message. */
  has: (key: string) => key is Key;
}

export interface Catalogue<Key extends string> {
  readonly en: Readonly<Record<Key, string>>;
  readonly fr: Readonly<Record<Key, string>>;
}

/** Ties the two languages of one feature together: a key missing in French does not compile. */
export function catalogue<En extends Messages>(en: En, fr: Readonly<Record<keyof En & string, string>>) {
  return { en, fr } as Catalogue<keyof En & string>;
}

const STORAGE_KEY = "osler.lang";

function isLanguage(value: string | null | undefined): value is Language {
  return value === "fr" || value === "en";
}

export function preferredLanguage(): Language {
  const stored = readStored();
  if (stored) return stored;
  const wished = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage);
  return wished ?? "fr";
}

function readStored(): Language | undefined {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return isLanguage(stored) ? stored : undefined;
  } catch {
    return undefined; // Storage can be forbidden; the browser's own wish stands.
  }
}

interface LanguageState {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState>({ language: "fr", setLanguage: () => undefined });

export function LanguageProvider({ children, initial }: { readonly children: ReactNode; readonly initial?: Language }) {
  const [language, setState] = useState<Language>(() => initial ?? preferredLanguage());
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setLanguage = useCallback((next: Language) => {
    setState(next);
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // Storage can be forbidden; the choice then lasts as long as the page.
    }
  }, []);
  const value = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageState {
  return use(LanguageContext);
}

export function fill(template: string, params?: Params): string {
  if (!params) return template;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

/**
 * Translate keys of one feature.
 *
 * A key with plural forms is written `key_one` and `key_other` in the files and asked for as `t("key_other", { count })`:
 * the form that fits `count` in the language is taken.
 */
export function useTranslate<Key extends string>(messages: Catalogue<Key>): Translate<Key> {
  const { language } = useLanguage();
  return useMemo(() => {
    const table: Readonly<Record<string, string>> = messages[language];
    const plurals = new Intl.PluralRules(language);
    const translate = (key: string, params?: Params) => {
      const count = params?.count;
      const chosen =
        typeof count === "number" && key.endsWith("_other")
          ? key.replace(/_other$/, `_${plurals.select(count)}`)
          : key;
      return fill(table[chosen] ?? table[key] ?? key, params);
    };
    return Object.assign(translate, { has: (key: string): key is Key => key in table });
  }, [messages, language]);
}
