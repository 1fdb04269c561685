import type { UseMutationResult } from "@tanstack/react-query";

import { useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { Button } from "@/ui/button";
import { ProblemNotice } from "@/ui/problem-notice";

import { triageMessages } from "./messages";

export interface NextSteps {
  readonly onReload: () => void;
  readonly onTakeOver: () => void;
  readonly onAcknowledge: () => void;
  readonly isBusy: boolean;
}

/** What went wrong with a decision, and the one thing to do next. */
export function ConflictNotice({ error, steps }: {
  readonly error: UseMutationResult["error"];
  readonly steps: NextSteps;
}) {
  const t = useTranslate(triageMessages);
  if (!error) return null;
  const problem = toProblem(error) as ReturnType<typeof toProblem> & { readonly owner_name?: string };
  const messages = {
    "/problems/already-claimed": problem.owner_name
      ? t("conflict_claimed_by", { name: problem.owner_name })
      : t("conflict_claimed"),
    "/problems/report-changed": t("conflict_changed"),
    "/problems/report-not-open": t("conflict_not_open"),
    "/problems/same-urgency": t("conflict_same_urgency"),
    "/problems/emergency-not-acknowledged": t("conflict_not_acknowledged"),
    "/problems/conversation-closed": t("conflict_conversation_closed"),
    "/problems/nothing-to-undo": t("conflict_nothing_to_undo"),
    "/problems/undo-too-late": t("conflict_undo_too_late"),
  };
  const step = {
    "/problems/already-claimed": { label: t("step_take_over"), act: steps.onTakeOver },
    "/problems/report-changed": { label: t("step_reload"), act: steps.onReload },
    "/problems/report-not-open": { label: t("step_reload"), act: steps.onReload },
    "/problems/emergency-not-acknowledged": { label: t("acknowledge"), act: steps.onAcknowledge },
  }[problem.type];
  return (
    <ProblemNotice
      problem={problem}
      messages={messages}
      action={
        step ? (
          <Button size="s" busy={steps.isBusy} onClick={step.act}>
            {step.label}
          </Button>
        ) : undefined
      }
    />
  );
}
