import { CheckCheck, CircleCheck, CircleDashed, CircleHelp, CircleX, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "@/lib/cn";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";

import { triageMessages } from "./messages";
import type { AskedStatus, Par } from "./par";
import type { MedicationStatement } from "./par-statements";

export function Section({ title, note, isEmpty, isWide, empty, children }: {
  readonly title: string;
  readonly note?: string;
  readonly isEmpty?: boolean;
  /** Short lines, in two columns where there is room. */
  readonly isWide?: boolean;
  readonly empty?: ReactNode;
  readonly children?: ReactNode;
}) {
  const { language } = useLanguage();
  return (
    <section>
      <h2 lang={language} className="mb-1.5 flex items-baseline gap-2.5 border-b border-line pb-1 text-s font-semibold text-ink-muted">
        {title}
        {note ? <span className="text-ink">{note}</span> : null}
      </h2>
      {isEmpty ? (
        <div lang={language} className="ps-3 text-ink-muted">
          {empty}
        </div>
      ) : (
        <div className={isWide ? "grid gap-x-6 sm:grid-cols-2" : "flex flex-col"}>{children}</div>
      )}
    </section>
  );
}

export function Mark({ icon: Icon, className }: { readonly icon: LucideIcon; readonly className?: string }) {
  return <Icon aria-hidden className={cn("mt-1 size-4.5 shrink-0", className)} />;
}

const ASKED_ICON = { stated: CircleCheck, none_known: CircleCheck, not_asked: CircleDashed, unknown: CircleHelp } as const;

/** None, not known and not asked are three different things to read. */
export function Asked({ of, status }: { readonly of: "medications" | "allergies" | "history"; readonly status: AskedStatus }) {
  const t = useTranslate(triageMessages);
  const Icon = ASKED_ICON[status];
  return (
    <p data-status={status} className={cn("flex items-start gap-2", status === "none_known" ? "text-ink" : "italic")}>
      <Icon aria-hidden className={cn("mt-1 size-4.5 shrink-0", status === "none_known" && "text-success")} />
      {t(`${of}_${status}`)}
    </p>
  );
}

export function historyStatus(par: Par): AskedStatus {
  return par.gaps.some((gap) => gap.code === "history") ? "not_asked" : "none_known";
}

export function Confirmed({ drug }: { readonly drug: MedicationStatement }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  if (drug.isStopped) return <Badge lang={language}>{t("drug_stopped")}</Badge>;
  if (drug.confirmed === true) {
    return (
      <Badge lang={language} tone="success">
        <CheckCheck aria-hidden />
        {t("drug_confirmed")}
      </Badge>
    );
  }
  return (
    <Badge lang={language} tone={drug.confirmed === false ? "danger" : "warning"}>
      {drug.confirmed === false ? <CircleX aria-hidden /> : <CircleHelp aria-hidden />}
      {t(drug.confirmed === false ? "drug_denied" : "drug_unconfirmed")}
    </Badge>
  );
}
