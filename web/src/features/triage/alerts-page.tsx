import { useQuery } from "@tanstack/react-query";
import { BellRing, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";

import { formatRelative } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { useAcknowledge } from "./alert-banner";
import { alertsQuery } from "./api";
import { LiveIndicator } from "./live-indicator";
import { triageMessages } from "./messages";
import { SoundControl } from "./sound-control";
import { usePatientWords } from "./use-patient-words";
import { useStaffTitle } from "./use-staff-title";

/** For staff who read no reports: who needs help now, and nothing clinical. */
export function AlertsPage({ figures }: { readonly figures: ReactNode }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const words = usePatientWords();
  const query = useQuery(alertsQuery);
  const acknowledge = useAcknowledge();
  useStaffTitle(t("alerts_title"));
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <h1 className="display text-2xl">{t("alerts_title")}</h1>
        <LiveIndicator />
        <div className="ms-auto">
          <SoundControl />
        </div>
      </header>
      {figures}
      {query.isPending ? <SkeletonList rows={2} /> : null}
      {query.isError && !query.data ? (
        <ErrorState
          title={t("alerts_list_failed")}
          problem={query.error}
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      ) : null}
      {query.data?.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t("alerts_empty")}>
          {t("alerts_empty_text")}
        </EmptyState>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <ul className="flex flex-col gap-3">
          {query.data.map((alert) => (
            <li key={alert.id} className="flex flex-wrap items-center gap-x-5 gap-y-2 rounded-l border border-emergency bg-emergency-surface/50 p-4">
              <BellRing aria-hidden className="size-6 text-emergency" />
              <div className="min-w-48 grow basis-0">
                <p className="font-bold">
                  {words.name(alert.patient)} <span className="tabular ms-2 text-s font-normal text-ink-muted">{alert.reference}</span>
                </p>
                <p className="text-s text-ink-muted">{t("alerts_what_to_do")}</p>
              </div>
              <p className="text-s text-ink-muted">{formatRelative(alert.raised_at, language)}</p>
              <Button
                busy={acknowledge.isPending && acknowledge.variables?.id === alert.id}
                onClick={() => acknowledge.mutate(alert)}
              >
                {t("acknowledge")}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
