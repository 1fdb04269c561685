import { ChevronDown, ChevronUp, Keyboard } from "lucide-react";
import { type ReactNode, useState } from "react";

import { formatTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { hasRole, type SessionActor } from "@/lib/session";
import { useNow } from "@/lib/use-now";
import { Button } from "@/ui/button";

import { ActionBar } from "./action-bar";
import { useAcknowledge } from "./alert-banner";
import { ConflictNotice, type NextSteps } from "./conflict-notice";
import { DecisionDialog } from "./decision-dialog";
import { KeyboardHelp } from "./keyboard-help";
import { LiveIndicator } from "./live-indicator";
import { triageMessages } from "./messages";
import { PatientBanner } from "./patient-banner";
import type { ReportView } from "./records";
import { secondsLeft, UndoCountdown } from "./undo-countdown";
import { useKeys } from "./use-keys";
import { useReview } from "./use-review";

/** Everything around a report: who it is about, what can be done, what was just done. */
export function ReportDesk({ report, actor, skew_ms, canReview, onNext, onPrevious, onBack, children }: {
  readonly report: ReportView;
  readonly actor: SessionActor;
  readonly skew_ms: number;
  readonly canReview: boolean;
  readonly onNext: (() => void) | undefined;
  readonly onPrevious: (() => void) | undefined;
  readonly onBack: () => void;
  readonly children: ReactNode;
}) {
  const t = useTranslate(triageMessages);
  const review = useReview(report);
  const acknowledge = useAcknowledge();
  const [isHelpShown, setHelpShown] = useState(false);
  const { entry } = report;
  const isMine = entry.claim?.user_id === actor.id;
  const takeOver = () => review.claim.mutate(entry.urgency === "emergency" ? "emergency" : "handover");
  const claim = () => (entry.claim ? takeOver() : review.claim.mutate(undefined));
  const acknowledgeOwn = entry.alert_id
    ? () => acknowledge.mutate({ id: entry.alert_id ?? "" }, { onSuccess: () => review.decision.reset() })
    : undefined;
  const canAcknowledge = hasRole(actor, "nurse", "practitioner");
  const canUndo = hasRole(actor, "nurse") && secondsLeft(report.undo_until, useNow() + skew_ms) > 0;
  const undo = () => {
    if (canUndo && !review.undo.isPending) review.undo.mutate(report);
  };
  useKeys("report", {
    approve: acknowledgeOwn && canAcknowledge ? acknowledgeOwn : canReview ? () => review.openDialog("approve") : undefined,
    override: canReview ? () => review.openDialog("override") : undefined,
    request_information: canReview ? () => review.openDialog("request_information") : undefined,
    escalate: canReview ? () => review.openDialog("escalate") : undefined,
    claim: canReview ? (isMine ? () => review.release.mutate() : claim) : undefined,
    undo: canUndo ? undo : undefined,
    next: onNext,
    previous: onPrevious,
    back: onBack,
    help: () => setHelpShown(true),
  });
  const steps: NextSteps = {
    onReload: review.reload,
    onTakeOver: takeOver,
    onAcknowledge: acknowledgeOwn ?? review.reload,
    isBusy: review.claim.isPending || acknowledge.isPending,
  };
  return (
    <div className="-mt-6 flex min-h-[calc(100dvh-3.5rem)] flex-col gap-5">
      <PatientBanner
        entry={entry}
        skew_ms={skew_ms}
        actorId={actor.id}
        canReview={canReview}
        isBusy={review.claim.isPending || review.release.isPending}
        onClaim={claim}
        onRelease={() => review.release.mutate()}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <StatusLine report={report} />
        <div className="ms-auto flex items-center gap-1">
          <LiveIndicator />
          <Button variant="ghost" size="icon" disabled={!onPrevious} aria-label={t("command_report_previous")} onClick={onPrevious}>
            <ChevronUp aria-hidden className="size-5" />
          </Button>
          <Button variant="ghost" size="icon" disabled={!onNext} aria-label={t("command_report_next")} onClick={onNext}>
            <ChevronDown aria-hidden className="size-5" />
          </Button>
          <Button variant="ghost" size="icon" className="max-sm:hidden" aria-label={t("keys_title")} onClick={() => setHelpShown(true)}>
            <Keyboard aria-hidden className="size-5" />
          </Button>
        </div>
      </div>
      {review.open === null ? <ConflictNotice error={review.claim.error} steps={steps} /> : null}
      {children}
      {hasRole(actor, "nurse") && (canReview || report.decisions.length > 0) ? (
        <ActionBar
          isOpen={canReview}
          approveKey={!acknowledgeOwn}
          status={<LastDecision report={report} actorId={actor.id} />}
          undo={
            <UndoCountdown undo_until={report.undo_until} skew_ms={skew_ms} isBusy={review.undo.isPending} onUndo={undo} />
          }
          onDecide={review.openDialog}
        />
      ) : null}
      <DecisionDialog
        kind={review.open}
        report={report}
        draft={review.draft}
        onDraft={review.setDraft}
        onClose={review.close}
        onConfirm={review.confirm}
        isBusy={review.decision.isPending}
        error={review.decision.error ?? review.claim.error}
        steps={steps}
      />
      <KeyboardHelp open={isHelpShown} onClose={() => setHelpShown(false)} scope="report" />
    </div>
  );
}

function StatusLine({ report }: { readonly report: ReportView }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const { entry } = report;
  const time = entry.reviewed_at ?? entry.submitted_at;
  return (
    <p className="text-s text-ink-muted">
      <span className="font-semibold text-ink">{t(`status_${entry.status}`)}</span>
      {time && entry.status !== "draft" ? ` · ${formatTime(time, language)}` : null}
      {entry.answered_at ? ` · ${t("tag_answered")}` : null}
    </p>
  );
}

function LastDecision({ report, actorId }: { readonly report: ReportView; readonly actorId: string }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const last = report.decisions.at(-1);
  if (!last) return null;
  return (
    <>
      {t(`done_${last.kind}`, {
        name: last.actor_id === actorId ? t("done_you") : last.actor_name,
        time: formatTime(last.created_at, language),
      })}
    </>
  );
}
