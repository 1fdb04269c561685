import { CloudAlert } from "lucide-react";
import type { ReactNode } from "react";

import { useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";

import { Button } from "./button";
import { uiMessages } from "./messages";
import { problemText } from "./problem-notice";

/** A list or a page that could not be loaded. Solid and loud where `EmptyState` is dashed and quiet. */
export function ErrorState({ title, problem, onRetry, retrying }: {
  readonly title: ReactNode;
  readonly problem: unknown;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
}) {
  const t = useTranslate(uiMessages);
  return (
    <div
      role="alert"
      className="flex flex-col items-center gap-3 rounded-l border border-danger bg-danger-soft px-6 py-12 text-center"
    >
      <CloudAlert aria-hidden className="size-9 text-danger" />
      <h2 className="text-l font-semibold">{title}</h2>
      <p className="max-w-text text-ink">{problemText(toProblem(problem), t)}</p>
      {onRetry ? (
        <Button className="mt-2" busy={retrying} onClick={onRetry}>
          {t("retry")}
        </Button>
      ) : null}
    </div>
  );
}
