import type { Language } from "@/lib/i18n";

import type { PatientCard } from "./records";


export interface Words {
  readonly visitor: string;
  readonly years: (age: number) => string;
  readonly sex: (sex: string) => string | undefined;
}

/** "44 ans · femme"; what is unknown is left out here and said in the report's gaps. */
export function describePatient(patient: PatientCard, words: Words): string {
  const parts = [patient.age === null ? undefined : words.years(patient.age), patient.sex ? words.sex(patient.sex) : undefined];
  return parts.filter(Boolean).join(" · ");
}

/** A birth date as written on a record, whatever the zone of the browser. */
export function formatBirthDate(iso: string, language: Language): string {
  const [year, month, day] = iso.split("-").map(Number);
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  return new Intl.DateTimeFormat(locale, { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }).format(
    Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1),
  );
}
