import { CalendarClock, CalendarDays, HandHeart, type LucideIcon, Siren, TriangleAlert } from "lucide-react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import { uiMessages } from "./messages";

/** Highest first: the order of every list that is sorted by urgency. */
export const SEVERITIES = ["emergency", "urgent", "soon", "routine", "self_care"] as const;
export type Severity = (typeof SEVERITIES)[number];

interface Look {
  readonly icon: LucideIcon;
  readonly text: string;
  readonly surface: string;
  readonly edge: string;
}

/** Meaning is never colour alone: each level has its icon and its word, and its shape differs. */
export const SEVERITY_LOOK: Record<Severity, Look> = {
  emergency: { icon: Siren, text: "text-emergency", surface: "bg-emergency-surface", edge: "border-emergency" },
  urgent: { icon: TriangleAlert, text: "text-urgent", surface: "bg-urgent-surface", edge: "border-urgent" },
  soon: { icon: CalendarClock, text: "text-soon", surface: "bg-soon-surface", edge: "border-soon" },
  routine: { icon: CalendarDays, text: "text-routine", surface: "bg-routine-surface", edge: "border-routine" },
  self_care: { icon: HandHeart, text: "text-self-care", surface: "bg-self-care-surface", edge: "border-self-care" },
};

export function isSeverity(value: string): value is Severity {
  return (SEVERITIES as readonly string[]).includes(value);
}

export function SeverityBadge({ severity, size = "m", hint }: {
  readonly severity: Severity;
  readonly size?: "m" | "l";
  /** Adds what the level means in time ("to be seen today"). */
  readonly hint?: boolean;
}) {
  const t = useTranslate(uiMessages);
  const { icon: Icon, text, surface } = SEVERITY_LOOK[severity];
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 rounded-full font-bold whitespace-nowrap",
        text,
        surface,
        size === "l" ? "px-3.5 py-1 text-s" : "px-2.5 py-0.5 text-xs",
      )}
    >
      <Icon aria-hidden className={cn("shrink-0", size === "l" ? "size-4.5" : "size-3.5")} strokeWidth={2.25} />
      {t(`severity_${severity}`)}
      {hint ? <span className="font-normal">· {t(`severity_hint_${severity}`)}</span> : null}
    </span>
  );
}
