import { PauseCircle } from "lucide-react";

import { cn } from "@/lib/cn";
import { type Translate, useTranslate } from "@/lib/i18n";
import { useNow } from "@/lib/use-now";

import { triageMessages } from "./messages";
import type { QueueItem } from "./records";
import { shortSpans, type Wait, waitOf } from "./waiting";

type Key = keyof typeof triageMessages.en;

export function useSpanText(): (duration_s: number) => string {
  const t = useTranslate(triageMessages);
  return (duration_s) => spanText(duration_s, t);
}

function spanText(duration_s: number, t: Translate<Key>): string {
  return shortSpans(duration_s)
    .map(({ amount, unit }, index) => t(index > 0 ? "span_minute_rest" : `span_${unit}`, { n: index > 0 ? String(amount).padStart(2, "0") : amount }))
    .join(" ");
}

const TONE = { calm: "text-ink", near: "text-warning", over: "text-danger" } as const;
const RING = { calm: "text-primary", near: "text-warning", over: "text-danger" } as const;

/** How long somebody has waited against the practice's target: word, number, ring and colour all say the same. */
export function WaitClock({ item, skew_ms, className }: {
  readonly item: Pick<QueueItem, "waiting_since" | "target_at" | "status">;
  readonly skew_ms: number;
  readonly className?: string;
}) {
  const t = useTranslate(triageMessages);
  const now = useNow();
  const wait = waitOf(item.waiting_since, item.target_at, now + skew_ms);
  const isPaused = item.status === "awaiting_patient";
  return (
    <div
      role="timer"
      aria-live="off"
      data-tone={isPaused ? "paused" : wait.tone}
      className={cn("flex items-center gap-2.5 whitespace-nowrap", className)}
    >
      {isPaused ? <PauseCircle aria-hidden className="size-8 shrink-0 text-ink-muted" strokeWidth={1.5} /> : <Ring wait={wait} />}
      <div className="leading-tight">
        <p className={cn("tabular text-m font-bold", isPaused ? "text-ink-muted" : TONE[wait.tone])}>
          <span className="sr-only">{t("wait_label")} </span>
          {spanText(wait.elapsed_s, t)}
        </p>
        <p className={cn("text-xs", !isPaused && wait.tone === "over" ? "font-semibold text-danger" : "text-ink-muted")}>
          {isPaused ? t("wait_paused") : target(wait, t)}
        </p>
      </div>
    </div>
  );
}

function target(wait: Wait, t: Translate<Key>): string {
  if (wait.tone === "over") return t("wait_over", { by: spanText(-wait.left_s, t) });
  return t(wait.tone === "near" ? "wait_near" : "wait_target", {
    left: spanText(wait.left_s, t),
    target: spanText(wait.target_s, t),
  });
}

function Ring({ wait }: { readonly wait: Wait }) {
  return (
    <svg viewBox="0 0 36 36" aria-hidden className={cn("size-8 shrink-0 -rotate-90", RING[wait.tone])}>
      <circle cx="18" cy="18" r="15" fill="none" strokeWidth="5" className="stroke-line" />
      <circle
        cx="18"
        cy="18"
        r="15"
        fill="none"
        stroke="currentColor"
        strokeWidth="5"
        strokeLinecap="round"
        pathLength={100}
        strokeDasharray={`${Math.max(1, Math.round(wait.share * 100))} 100`}
      />
    </svg>
  );
}
