import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { getQueueFiguresOptions } from "@/api/@tanstack/react-query.gen";
import { formatNumber } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Skeleton } from "@/ui/skeleton";

import { roundDuration, wholePercent } from "./figures";
import { analyticsMessages } from "./messages";

const AGAIN_EVERY_MS = 30_000;

/** How the queue is doing, in four numbers. What was not measured is a dash with its reason, never a zero. */
export function QueueFiguresStrip() {
  const t = useTranslate(analyticsMessages);
  const { language } = useLanguage();
  const query = useQuery({ ...getQueueFiguresOptions(), refetchInterval: AGAIN_EVERY_MS });
  const figures = query.data;
  if (query.isError && !figures) {
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-m border border-line px-4 py-2 text-s text-ink-muted">
        <p role="status">{t("figures_failed")}</p>
        <Button size="s" variant="ghost" busy={query.isFetching} onClick={() => void query.refetch()}>
          {t("figures_retry")}
        </Button>
      </div>
    );
  }
  const day = figures?.reviews.find((review) => review.hours === 24);
  const duration = (seconds: number | null | undefined) => {
    if (seconds === null || seconds === undefined) return null;
    const { amount, unit } = roundDuration(seconds);
    return t(`unit_${unit}`, { n: formatNumber(amount, language) });
  };
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? null : t("percent", { n: wholePercent(value) });
  return (
    <section aria-label={t("figures")} className="min-w-0">
      <dl tabIndex={0} className="flex gap-px overflow-x-auto rounded-l border border-line bg-line sm:grid sm:grid-cols-4">
        <Figure
          label={t("waiting")}
          value={figures ? formatNumber(figures.waiting.count, language) : undefined}
          note={figures?.waiting.oldest_s ? t("oldest", { time: duration(figures.waiting.oldest_s) ?? "" }) : t("nobody_waits")}
        />
        <Figure
          label={t("within_target")}
          value={figures ? share(figures.waiting.within_target_share) : undefined}
          note={figures?.waiting.within_target_share === null ? t("nobody_waits") : t("within_target_note")}
        />
        <Figure
          label={t("time_to_review")}
          value={figures ? duration(day?.time_to_review_p50_s) : undefined}
          note={day?.decided ? t("median_of_other", { count: day.decided }) : t("none_decided")}
        />
        <Figure
          label={t("agreement")}
          value={figures ? share(day?.agreement_share) : undefined}
          note={day?.decided ? t("overridden_other", { count: day.overridden }) : t("none_decided")}
        />
      </dl>
    </section>
  );
}

function Figure({ label, value, note }: {
  readonly label: string;
  /** Undefined while it loads, null when there is nothing to measure. */
  readonly value: string | null | undefined;
  readonly note: ReactNode;
}) {
  return (
    <div className="flex min-w-44 grow flex-col bg-surface px-4 py-3">
      <dt className="text-xs text-ink-muted">{label}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2">
        {value === undefined ? (
          <Skeleton className="my-1 h-5 w-16" />
        ) : (
          <>
            <span className="tabular text-l font-bold">{value ?? "–"}</span>
            <span className="text-xs text-ink-muted">{note}</span>
          </>
        )}
      </dd>
    </div>
  );
}
