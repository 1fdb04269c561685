import type { Language } from "@/lib/i18n";

import labels from "./flag-labels.json";

/** What a red flag is called in the reader's language, whatever the patient's was; its id when it is a new one. */
export function flagLabel(id: string, language: Language): string {
  const known = (labels as Readonly<Record<string, Readonly<Record<Language, string>>>>)[id];
  return known?.[language] ?? id;
}
