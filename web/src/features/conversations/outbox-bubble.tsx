import { CircleAlert, Clock3 } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import type { OutboxItem } from "@/lib/live-state";
import { Button } from "@/ui/button";
import { uiMessages } from "@/ui/messages";
import { problemText } from "@/ui/problem-notice";

import { conversationMessages } from "./messages";

/** A message that the server has not confirmed yet: its text stays until it is stored or the person removes it. */
export function OutboxBubble({ item, isOnline, onRetry, onDiscard }: {
  readonly item: OutboxItem;
  readonly isOnline: boolean;
  readonly onRetry: (client_msg_id: string) => void;
  readonly onDiscard: (client_msg_id: string) => void;
}) {
  const t = useTranslate(conversationMessages);
  const general = useTranslate(uiMessages);
  const messages = {
    "/problems/too-many-requests": t("problem_too_many"),
    "/problems/too-many-messages": t("problem_too_many"),
    "/problems/conversation-closed": t("problem_closed"),
    "/problems/text-not-readable": t("problem_unreadable"),
    "/problems/text-too-long": t("problem_too_long"),
    "/problems/conversation-full": t("problem_full"),
  };
  return (
    <li className="flex flex-col items-end">
      <div className="max-w-[min(34rem,92%)] rounded-l rounded-ee-s border border-dashed border-line-strong px-4 py-2.5 break-words whitespace-pre-line">
        {item.text}
      </div>
      {item.status === "waiting" ? (
        <p className="mt-1 flex items-center gap-1.5 text-xs text-ink-muted">
          <Clock3 aria-hidden className="size-3.5" />
          {t(isOnline ? "sending" : "queued")}
        </p>
      ) : (
        <div role="alert" className="mt-1 flex max-w-[min(34rem,92%)] flex-col items-end gap-1 text-s">
          <p className="flex items-start gap-1.5 text-danger">
            <CircleAlert aria-hidden className="mt-1 size-4 shrink-0" />
            <span>
              {t("not_sent")}. {item.problem ? problemText(item.problem, general, messages) : null}
            </span>
          </p>
          <div className="flex gap-2">
            <Button size="l" variant="ghost" className="text-s" onClick={() => onDiscard(item.client_msg_id)}>
              {t("discard")}
            </Button>
            <Button size="l" className="text-s" onClick={() => onRetry(item.client_msg_id)}>
              {t("retry")}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}
