import { Timer as TimerIcon, TimerOff } from "lucide-react";

import { cn } from "@/lib/cn";
import { formatClock } from "@/lib/format";
import { useTranslate } from "@/lib/i18n";
import { useNow } from "@/lib/use-now";

import { uiMessages } from "./messages";

/**
 * A running wait. Past the target it changes icon, colour and accessible name.
 *
 * `skew_ms` is server time minus this browser's time, so that a wrong clock does not show a wrong wait.
 */
export function Timer({ since, target_s, skew_ms = 0, className }: {
  readonly since: string;
  readonly target_s?: number;
  readonly skew_ms?: number;
  readonly className?: string;
}) {
  const t = useTranslate(uiMessages);
  const elapsed_s = (useNow() + skew_ms - Date.parse(since)) / 1_000;
  const isOverdue = target_s !== undefined && elapsed_s > target_s;
  const Icon = isOverdue ? TimerOff : TimerIcon;
  return (
    <span
      role="timer"
      aria-live="off"
      className={cn("tabular inline-flex items-center gap-1.5 text-s", isOverdue ? "font-semibold text-danger" : "text-ink-muted", className)}
    >
      <Icon aria-hidden className="size-4" />
      <time dateTime={since}>{formatClock(elapsed_s)}</time>
      {target_s !== undefined ? <span aria-hidden>/ {formatClock(target_s)}</span> : null}
      {isOverdue ? <span className="sr-only">{t("overdue")}</span> : null}
    </span>
  );
}
