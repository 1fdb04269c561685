import { Bot, CircleHelp, Stethoscope, UserRound } from "lucide-react";
import { type RefObject } from "react";

import { cn } from "@/lib/cn";
import { formatTime } from "@/lib/format";
import { type Language, useLanguage, useTranslate } from "@/lib/i18n";
import { type MarkedSpan, MarkedText } from "@/ui/marked-text";

import { triageMessages } from "./messages";
import type { TranscriptMessage } from "./records";

const ICON = { patient: UserRound, assistant: Bot, nurse: Stethoscope, system: Bot } as const;

/** The conversation as it was held. A patient's message leads to what was read from it, and back. */
export function Transcript({ messages, spans, active, chosenSeq, language: spoken, onChoose, scroller }: {
  readonly messages: readonly TranscriptMessage[];
  readonly spans: ReadonlyMap<number, readonly MarkedSpan[]>;
  readonly active: ReadonlySet<string>;
  readonly chosenSeq: number | null;
  readonly language: Language;
  readonly onChoose: (seq: number) => void;
  readonly scroller: RefObject<HTMLDivElement | null>;
}) {
  const t = useTranslate(triageMessages);
  return (
    <div ref={scroller} tabIndex={0} role="region" aria-label={t("transcript")} className="relative min-h-0 grow overflow-y-auto rounded-s pe-1">
      <ol lang={spoken} className="flex flex-col gap-3 py-1">
        {messages.map((message) => (
          <Line
            key={message.seq}
            message={message}
            spans={spans.get(message.seq) ?? []}
            active={active}
            isChosen={chosenSeq === message.seq}
            onChoose={() => onChoose(message.seq)}
          />
        ))}
      </ol>
    </div>
  );
}

function Line({ message, spans, active, isChosen, onChoose }: {
  readonly message: TranscriptMessage;
  readonly spans: readonly MarkedSpan[];
  readonly active: ReadonlySet<string>;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  if (message.role === "system") {
    return <li className="px-3 text-center text-s whitespace-pre-line text-ink-muted">{message.text}</li>;
  }
  const Icon = message.kind === "nurse_question" ? CircleHelp : ICON[message.role];
  const isPatient = message.role === "patient";
  const isSource = isPatient && spans.length > 0;
  const body = (
    <>
      <span lang={language} className="mb-0.5 flex items-center gap-1.5 text-xs text-ink-muted">
        <Icon aria-hidden className="size-3.5" />
        <span className={cn("font-semibold", message.role === "nurse" && "text-primary")}>{t(`role_${message.role}`)}</span>
        <time dateTime={message.created_at}>{formatTime(message.created_at, language)}</time>
      </span>
      <span className={cn("block break-words whitespace-pre-line", !isPatient && "text-s")}>
        {isPatient ? <MarkedText text={message.text} spans={spans} active={active} /> : message.text}
      </span>
    </>
  );
  const look = cn(
    "block w-full rounded-m px-3.5 py-2.5 text-start",
    isPatient ? "bg-surface border border-line" : "text-ink-muted",
    message.role === "nurse" && "border-s-3 border-primary bg-primary-soft/40 text-ink",
    isChosen && "border-focus outline-2 outline-focus",
  );
  return (
    <li id={`transcript-${message.seq}`}>
      {isSource ? (
        <button type="button" aria-pressed={isChosen} onClick={onChoose} className={cn(look, "hover:border-line-strong")}>
          {body}
          <span lang={language} className="sr-only">
            {t("message_statements_other", { count: spans.length })}
          </span>
        </button>
      ) : (
        <div className={look}>{body}</div>
      )}
    </li>
  );
}
