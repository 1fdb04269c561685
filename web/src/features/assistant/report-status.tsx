import { ArrowUpRight, CircleCheck, CircleHelp, Inbox, type LucideIcon } from "lucide-react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";

import type { ReportStatus } from "./conversation-state";
import { assistantMessages } from "./messages";

type SentStatus = Exclude<ReportStatus, "draft">;

const LOOK: Record<SentStatus, { readonly icon: LucideIcon; readonly tone: string; readonly at: number }> = {
  submitted: { icon: Inbox, tone: "bg-primary-soft text-on-primary-soft", at: 1 },
  awaiting_patient: { icon: CircleHelp, tone: "bg-warning-soft text-warning", at: 2 },
  escalated: { icon: ArrowUpRight, tone: "bg-primary-soft text-on-primary-soft", at: 3 },
  reviewed: { icon: CircleCheck, tone: "bg-success-soft text-success", at: 3 },
  closed: { icon: CircleCheck, tone: "bg-sunken text-ink-muted", at: 3 },
};

const STAGES = ["stage_received", "stage_reading", "stage_answered"] as const;

/** Where the report stands, in words, and the way it has come. */
export function ReportStatusCard({ status }: { readonly status: SentStatus }) {
  const t = useTranslate(assistantMessages);
  const { icon: Icon, tone, at } = LOOK[status];
  return (
    <section aria-labelledby="status-title" role="status" className="rounded-l border border-line bg-surface p-5">
      <div className="flex items-start gap-3.5">
        <span className={cn("grid size-10 shrink-0 place-items-center rounded-full", tone)}>
          <Icon aria-hidden className="size-5" />
        </span>
        <div>
          <h2 id="status-title" className="text-l font-semibold">
            {t(`status_${status}`)}
          </h2>
          <p className="text-s text-ink-muted">{t(`status_${status}_text`)}</p>
        </div>
      </div>
      <ol className="mt-4 flex gap-1.5">
        {STAGES.map((stage, index) => {
          const isDone = index < at;
          return (
            <li
              key={stage}
              aria-current={index === at - 1 ? "step" : undefined}
              className={cn(
                "grow border-t-4 pt-1.5 text-xs",
                isDone ? "border-primary text-ink" : "border-line text-ink-muted",
              )}
            >
              {t(stage)}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
