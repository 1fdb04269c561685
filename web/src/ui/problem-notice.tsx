import { CircleAlert, WifiOff } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "@/lib/cn";
import { type Translate, useTranslate } from "@/lib/i18n";
import { type Problem, toProblem } from "@/lib/problem";

import { uiMessages } from "./messages";

type UiKey = keyof typeof uiMessages.en;

/** The sentence for a problem: the caller's own by `type`, else a general one by status. */
export function problemText(problem: Problem, t: Translate<UiKey>, messages: Readonly<Record<string, ReactNode>> = {}) {
  const own = messages[problem.type];
  if (own) return own;
  if (problem.status === 0) return t("problem_offline");
  const key = `problem_${problem.status}`;
  return t.has(key) ? t(key) : t("problem_500");
}

export function ProblemNotice({ problem: thrown, messages, action, className }: {
  /** What a query, mutation or fetch threw. Nothing is shown when there is none. */
  readonly problem: unknown;
  /** Sentences by problem `type`, such as `"/problems/slot-taken"`. */
  readonly messages?: Readonly<Record<string, ReactNode>>;
  readonly action?: ReactNode;
  readonly className?: string;
}) {
  const t = useTranslate(uiMessages);
  if (!thrown) return null;
  const problem = toProblem(thrown);
  const Icon = problem.status === 0 ? WifiOff : CircleAlert;
  return (
    <div
      role="alert"
      className={cn("flex flex-wrap items-start gap-3 rounded-m bg-danger-soft px-4 py-3 text-ink", className)}
    >
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
      <div className="min-w-48 grow basis-0">
        <p>{problemText(problem, t, messages)}</p>
        {problem.status >= 500 && problem.request_id ? (
          <p className="tabular text-xs text-ink-muted">{t("problem_reference", { id: problem.request_id })}</p>
        ) : null}
      </div>
      {action}
    </div>
  );
}
