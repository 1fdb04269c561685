import { Bot, CircleHelp, ListChecks, Stethoscope } from "lucide-react";

import { cn } from "@/lib/cn";
import { formatTime } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import type { Message } from "@/lib/live-frames";
import { type MarkedSpan, MarkedText } from "@/ui/marked-text";

import { conversationMessages } from "./messages";

export interface MessageBubbleProps {
  readonly message: Message;
  /** The message before came from the same side: the speaker is not named again. */
  readonly isFollowUp: boolean;
  readonly spans?: readonly MarkedSpan[];
  readonly active: ReadonlySet<string>;
}

export function MessageBubble({ message, isFollowUp, spans, active }: MessageBubbleProps) {
  if (message.role === "system" || message.kind === "notice") {
    return (
      <li className="appear mx-auto max-w-text px-4 text-center text-s whitespace-pre-line text-ink-muted">
        {message.text}
      </li>
    );
  }
  const isOwn = message.role === "patient";
  return (
    <li id={`message-${message.seq}`} className={cn("appear flex flex-col", isOwn ? "items-end" : "items-start")}>
      {isFollowUp ? null : <Speaker message={message} />}
      <div
        className={cn(
          "max-w-[min(34rem,92%)] rounded-l px-4 py-2.5 break-words whitespace-pre-line",
          isOwn && "rounded-ee-s bg-primary-soft",
          message.role === "assistant" && "rounded-es-s border border-line bg-surface",
          message.role === "nurse" && "rounded-es-s border-2 border-primary bg-surface",
        )}
      >
        <Lead message={message} />
        {spans && spans.length > 0 ? (
          <MarkedText text={message.text} spans={spans} active={active} quiet />
        ) : (
          message.text
        )}
        <Why why={message.why} />
      </div>
    </li>
  );
}

function Speaker({ message }: { readonly message: Message }) {
  const t = useTranslate(conversationMessages);
  const { language } = useLanguage();
  const time = message.created_at ? formatTime(message.created_at, language) : null;
  return (
    <p className="mb-1 flex items-center gap-1.5 text-xs text-ink-muted">
      {message.role === "assistant" ? <Bot aria-hidden className="size-4" /> : null}
      {message.role === "nurse" ? <Stethoscope aria-hidden className="size-4 text-primary" /> : null}
      <span className={cn("font-semibold", message.role === "nurse" && "text-primary")}>
        {message.role === "patient" ? t("you") : t(message.role === "nurse" ? "nurse" : "assistant")}
      </span>
      {message.role === "assistant" ? <span>({t("automatic")})</span> : null}
      {time ? <time dateTime={message.created_at}>{time}</time> : null}
    </p>
  );
}

function Lead({ message }: { readonly message: Message }) {
  const t = useTranslate(conversationMessages);
  if (message.kind === "read_back") {
    return (
      <p className="mb-1 flex items-center gap-1.5 text-s font-semibold text-on-primary-soft">
        <ListChecks aria-hidden className="size-4.5" />
        {t("read_back")}
      </p>
    );
  }
  if (message.kind === "nurse_question") {
    return (
      <p className="mb-1 flex items-center gap-1.5 text-s font-semibold text-primary">
        <CircleHelp aria-hidden className="size-4.5" />
        {t("nurse_question")}
      </p>
    );
  }
  return null;
}

function Why({ why }: { readonly why: string | null | undefined }) {
  const t = useTranslate(conversationMessages);
  if (!why) return null;
  return <p className="mt-2 border-t border-line pt-2 text-s text-ink-muted">{t("why", { why })}</p>;
}
