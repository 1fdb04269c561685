import { useTranslate } from "@/lib/i18n";

import { triageMessages } from "./messages";
import { describePatient } from "./patient-name";
import type { PatientCard } from "./records";

/** How a patient is named and described on every staff page. */
export function usePatientWords() {
  const t = useTranslate(triageMessages);
  return {
    name: (patient: PatientCard | null) => patient?.name ?? t("visitor"),
    about: (patient: PatientCard) =>
      describePatient(patient, {
        visitor: t("visitor"),
        years: (age) => t("years_other", { count: age }),
        sex: (sex) => (t.has(`sex_${sex}`) ? t(`sex_${sex}` as Parameters<typeof t>[0]) : undefined),
      }),
  };
}
