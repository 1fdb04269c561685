import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Check, Siren } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";

import { cn } from "@/lib/cn";
import { formatClock, formatTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { hasRole, type SessionActor } from "@/lib/session";
import { useNow } from "@/lib/use-now";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/kbd";
import { ProblemNotice } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { acknowledgeAlert, alertsQuery } from "./api";
import { flagLabel } from "./flag-labels";
import { triageMessages } from "./messages";
import type { Alert } from "./records";
import { useAlertSound } from "./use-alert-sound";
import { useKeys } from "./use-keys";
import { usePatientWords } from "./use-patient-words";

const SHOWN = 3;

/** Open emergencies, above everything on every staff page, until a named person takes note. */
export function AlertBanner({ actor, reportId }: {
  readonly actor: SessionActor;
  /** The report that stands open below: there, "a" is for its own alert alone. */
  readonly reportId: string | undefined;
}) {
  const t = useTranslate(triageMessages);
  const query = useQuery(alertsQuery);
  const alerts = query.data;
  const pinned = usePinnedHeight();
  const acknowledge = useAcknowledge();
  useAlertSound(alerts);
  const canAcknowledge = hasRole(actor, "nurse", "practitioner", "secretary");
  const first = alerts?.[0];
  useKeys("queue", {
    acknowledge: reportId === undefined && canAcknowledge && first ? () => acknowledge.mutate(first) : undefined,
  });
  const shown = alerts?.slice(0, SHOWN) ?? [];
  const more = (alerts?.length ?? 0) - shown.length;
  return (
    <div ref={pinned} className="sticky top-0 z-30 shadow-m empty:hidden">
      {query.isError && !alerts ? (
        <div className="bg-danger-soft px-4 py-2 sm:px-6">
          <ProblemNotice
            problem={query.error}
            className="py-1"
            action={
              <Button size="s" busy={query.isFetching} onClick={() => void query.refetch()}>
                {t("alerts_failed_retry")}
              </Button>
            }
          />
          <p className="px-4 pb-1 text-s font-semibold text-danger">{t("alerts_failed")}</p>
        </div>
      ) : null}
      {shown.length > 0 ? (
        <section aria-label={t("alerts_title")} className="bg-alarm text-on-alarm">
          <ul className="mx-auto w-full max-w-[100rem] divide-y divide-on-alarm-muted/35 px-4 sm:px-6">
            {shown.map((alert, index) => (
              <AlertLine
                key={alert.id}
                alert={alert}
                actor={actor}
                isFirst={index === 0}
                hasKey={reportId === undefined ? index === 0 : alert.report_id === reportId}
                canAcknowledge={canAcknowledge}
                isBusy={acknowledge.isPending && acknowledge.variables?.id === alert.id}
                onAcknowledge={() => acknowledge.mutate(alert)}
              />
            ))}
          </ul>
          <More count={more} className="max-sm:hidden" />
          <More count={(alerts?.length ?? 0) - 1} className="sm:hidden" />
        </section>
      ) : null}
      <p role="alert" className="sr-only">
        {first ? t("alerts_announced_other", { count: alerts?.length ?? 0 }) : null}
      </p>
    </div>
  );
}

/** What does not fit is counted, so that a row of emergencies never hides the page below it. */
function More({ count, className }: { readonly count: number; readonly className: string }) {
  const t = useTranslate(triageMessages);
  if (count <= 0) return null;
  return <p className={cn("pb-2 text-center text-s font-semibold", className)}>{t("alerts_more_other", { count })}</p>;
}

function AlertLine({ alert, actor, isFirst, hasKey, canAcknowledge, isBusy, onAcknowledge }: {
  readonly alert: Alert;
  readonly actor: SessionActor;
  readonly isFirst: boolean;
  readonly hasKey: boolean;
  readonly canAcknowledge: boolean;
  readonly isBusy: boolean;
  readonly onAcknowledge: () => void;
}) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const words = usePatientWords();
  const elapsed_s = (useNow() - Date.parse(alert.raised_at)) / 1_000;
  const canOpen = hasRole(actor, "nurse", "practitioner");
  return (
    <li className={cn("flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5", !isFirst && "max-sm:hidden")}>
      <Siren aria-hidden className="size-7 shrink-0" />
      <div className="min-w-48 grow basis-0">
        <p className="flex flex-wrap items-baseline gap-x-2.5 font-bold">
          <span>{t("alert_emergency")}</span>
          {alert.patient ? <span>{words.name(alert.patient)}</span> : null}
          <span className="tabular text-s font-normal">{alert.reference}</span>
          {alert.patient ? <span className="text-s font-normal text-on-alarm-muted">{words.about(alert.patient)}</span> : null}
        </p>
        <p className="text-s text-on-alarm-muted">
          {alert.flag_ids.length > 0 ? alert.flag_ids.map((id) => flagLabel(id, language)).join(" · ") : t("alert_no_details")}
        </p>
      </div>
      {alert.alert_count > 1 ? (
        <p className="flex items-center gap-1.5 rounded-full bg-on-alarm px-2.5 py-0.5 text-xs font-bold text-alarm">
          <BellRing aria-hidden className="size-3.5" />
          {t("alert_again", { n: alert.alert_count - 1 })}
        </p>
      ) : null}
      <p className="text-center leading-tight">
        <span className="tabular block text-l font-bold">{formatClock(elapsed_s)}</span>
        <span className="text-2xs text-on-alarm-muted max-sm:hidden">{t("alert_since", { time: formatTime(alert.raised_at, language) })}</span>
      </p>
      <div className="flex gap-2">
        {canOpen ? (
          <Button asChild className="border-on-alarm bg-transparent text-on-alarm [a&]:hover:bg-on-alarm/15">
            <Link to="/queue/$reportId" params={{ reportId: alert.report_id }}>
              {t("alert_open")}
            </Link>
          </Button>
        ) : null}
        {canAcknowledge ? (
          <Button className="border-on-alarm bg-on-alarm text-alarm enabled:hover:bg-on-alarm-muted" busy={isBusy} onClick={onAcknowledge}>
            <Check aria-hidden className="size-4.5" />
            {t("acknowledge")}
            {hasKey ? (
              <span className="max-sm:hidden">
                <Kbd>A</Kbd>
              </span>
            ) : null}
          </Button>
        ) : null}
      </div>
    </li>
  );
}

export function useAcknowledge() {
  const t = useTranslate(triageMessages);
  const toast = useToast();
  const { language } = useLanguage();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (alert: { readonly id: string }) => acknowledgeAlert(alert.id),
    onSuccess: (alert) => {
      queryClient.setQueryData<readonly Alert[]>(alertsQuery.queryKey, (before) => before?.filter((one) => one.id !== alert.id));
      void queryClient.invalidateQueries({ queryKey: ["triage", "report", alert.report_id] });
      toast({
        tone: "success",
        title: t("acknowledged_by", {
          name: alert.acknowledged_by_name ?? "",
          time: formatTime(alert.acknowledged_at ?? alert.raised_at, language),
        }),
      });
    },
    onError: () => {
      toast({ tone: "danger", title: t("acknowledge_failed") });
      void queryClient.invalidateQueries({ queryKey: alertsQuery.queryKey });
    },
  });
}

/** Tell what stands below how much of the top is taken: other things stick to the lower edge of the banner. */
function usePinnedHeight() {
  const ref = useRef<HTMLDivElement>(null);
  const [root] = useState(() => document.documentElement);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => root.style.setProperty("--pinned", `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.removeProperty("--pinned");
    };
  }, [root]);
  return ref;
}
