import { Undo2 } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import { useNow } from "@/lib/use-now";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/kbd";

import { triageMessages } from "./messages";

/** Whole seconds left to take a decision back; 0 when the time is over or there is nothing to take back. */
export function secondsLeft(undo_until: string | null, now_ms: number): number {
  if (!undo_until) return 0;
  return Math.max(0, Math.ceil((Date.parse(undo_until) - now_ms) / 1_000));
}

const WINDOW_S = 10;

/** The way back, with the time that is left for it in sight. */
export function UndoCountdown({ undo_until, skew_ms, isBusy, onUndo }: {
  readonly undo_until: string | null;
  readonly skew_ms: number;
  readonly isBusy: boolean;
  readonly onUndo: () => void;
}) {
  const t = useTranslate(triageMessages);
  const left_s = secondsLeft(undo_until, useNow(200) + skew_ms);
  if (left_s === 0 && !isBusy) return null;
  return (
    <Button variant="secondary" busy={isBusy} onClick={onUndo} aria-label={t("undo_label", { n: left_s })}>
      {isBusy ? null : (
        <svg viewBox="0 0 24 24" aria-hidden className="size-5 -rotate-90 text-primary">
          <circle cx="12" cy="12" r="10" fill="none" strokeWidth="3" className="stroke-line" />
          <circle
            cx="12"
            cy="12"
            r="10"
            fill="none"
            stroke="currentColor"
            strokeWidth="3"
            pathLength={100}
            strokeDasharray={`${Math.min(100, (left_s / WINDOW_S) * 100)} 100`}
          />
        </svg>
      )}
      <Undo2 aria-hidden className="size-4.5" />
      {t("undo")}
      <span className="tabular w-8 text-start font-normal">{t("undo_seconds", { n: left_s })}</span>
      <Kbd>U</Kbd>
    </Button>
  );
}
