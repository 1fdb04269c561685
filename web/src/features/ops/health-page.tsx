import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleMinus, CircleX, RefreshCw, TriangleAlert } from "lucide-react";

import { getHealthOptions } from "@/api/@tanstack/react-query.gen";
import type { CheckOut, HealthOut } from "@/api/types.gen";
import { cn } from "@/lib/cn";
import { formatDateTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { SkeletonList } from "@/ui/skeleton";

import { adviceKey, figureText, worstFirst } from "./health";
import { opsMessages } from "./messages";

const AGAIN_EVERY_MS = 15_000;

const LOOK = {
  ok: { icon: CircleCheck, text: "text-success", edge: "border-line" },
  degraded: { icon: TriangleAlert, text: "text-warning", edge: "border-warning" },
  down: { icon: CircleX, text: "text-danger", edge: "border-danger" },
  not_configured: { icon: CircleMinus, text: "text-ink-muted", edge: "border-line" },
} as const;

/** How every part of the installation is doing, and what to do when one is not well. Shows no patient data. */
export function HealthPage() {
  const t = useTranslate(opsMessages);
  const query = useQuery({ ...getHealthOptions(), refetchInterval: AGAIN_EVERY_MS });
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <h1 className="display text-2xl">{t("health_title")}</h1>
        <Button className="ms-auto" busy={query.isFetching} onClick={() => void query.refetch()}>
          <RefreshCw aria-hidden className={cn("size-4.5", query.isFetching && "hidden")} />
          {t("look_again")}
        </Button>
      </header>
      {query.isPending ? <SkeletonList rows={4} /> : null}
      {query.isError && !query.data ? (
        <ErrorState
          title={t("health_failed")}
          problem={query.error}
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      ) : null}
      {query.data ? <Checks health={query.data} isStale={query.isError} /> : null}
    </div>
  );
}

function Checks({ health, isStale }: { readonly health: HealthOut; readonly isStale: boolean }) {
  const t = useTranslate(opsMessages);
  const { language } = useLanguage();
  const { icon: Icon, text, edge } = LOOK[health.status];
  return (
    <>
      <Card className={cn("flex flex-wrap items-center gap-x-4 gap-y-1", edge)}>
        <Icon aria-hidden className={cn("size-8 shrink-0", text)} />
        <div role="status" className="min-w-48 grow basis-0">
          <p className="text-l font-semibold">{t(`overall_${health.status}`)}</p>
          <p className="text-s text-ink-muted">
            {isStale ? t("stale", { time: formatDateTime(health.now, language) }) : t("looked_at", { time: formatDateTime(health.now, language) })}
            {" · "}
            {t("version", { version: health.version })}
            {" · "}
            {t("running_since", { time: formatDateTime(health.started_at, language) })}
          </p>
        </div>
      </Card>
      {health.checks.length === 0 ? (
        <EmptyState icon={CircleMinus} title={t("no_checks")} />
      ) : (
        <ul className="gap-4 md:columns-2 xl:columns-3">
          {worstFirst(health.checks).map((check) => (
            <CheckCard key={check.name} check={check} />
          ))}
        </ul>
      )}
    </>
  );
}

function CheckCard({ check }: { readonly check: CheckOut }) {
  const t = useTranslate(opsMessages);
  const { language } = useLanguage();
  const { icon: Icon, text, edge } = LOOK[check.state];
  const nameKey = `check_${check.name}`;
  const advice = adviceKey(check, t.has);
  const figures = Object.entries(check.figures);
  return (
    <li className={cn("mb-4 flex break-inside-avoid flex-col gap-2.5 rounded-l border bg-surface p-5 shadow-s", edge)}>
      <div className="flex items-start justify-between gap-3">
        <h2 className="font-semibold">{t.has(nameKey) ? t(nameKey) : check.name}</h2>
        <span className={cn("inline-flex items-center gap-1.5 text-s font-semibold whitespace-nowrap", text)}>
          <Icon aria-hidden className="size-4.5" />
          {t(`state_${check.state}`)}
        </span>
      </div>
      {advice ? <p className="text-s">{t(advice as Parameters<typeof t>[0])}</p> : null}
      {check.detail ? <p className="tabular text-xs text-ink-muted">{check.detail}</p> : null}
      {figures.length > 0 ? (
        <dl className="mt-auto grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 border-t border-line pt-2.5 text-xs">
          {figures.map(([name, value]) => {
            const key = `figure_${check.name}_${name}`;
            const common = `figure_${name}`;
            const label = t.has(key) ? t(key) : t.has(common) ? t(common) : name;
            return (
              <div key={name} className="contents">
                <dt className="text-ink-muted">{label}</dt>
                <dd className="tabular text-end font-semibold">{figureText(name, value, language)}</dd>
              </div>
            );
          })}
        </dl>
      ) : null}
    </li>
  );
}
