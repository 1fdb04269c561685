import { useTranslate } from "@/lib/i18n";
import { plainMessage } from "@/lib/live-frames";
import type { LiveState } from "@/lib/live-state";
import type { MarkedSpan } from "@/ui/marked-text";

import { Announcer } from "./announcer";
import { MessageBubble } from "./message-bubble";
import { conversationMessages } from "./messages";
import { OutboxBubble } from "./outbox-bubble";
import { TypingDots } from "./typing-dots";

export interface ThreadProps {
  readonly state: LiveState;
  /** Passages by sequence number; only those in `active` are shown. */
  readonly spans: ReadonlyMap<number, readonly MarkedSpan[]>;
  readonly active: ReadonlySet<string>;
  readonly onRetry: (client_msg_id: string) => void;
  readonly onDiscard: (client_msg_id: string) => void;
}

export function Thread({ state, spans, active, onRetry, onDiscard }: ThreadProps) {
  const t = useTranslate(conversationMessages);
  const { messages, streaming, outbox } = state;
  return (
    <div>
      <ol aria-label={t("thread_label")} className="flex flex-col gap-5">
        {messages.map((message, index) => (
          <MessageBubble
            key={message.seq}
            message={message}
            isFollowUp={messages[index - 1]?.role === message.role}
            spans={spans.get(message.seq)}
            active={active}
          />
        ))}
        {streaming && !messages.some((message) => message.seq === streaming.seq) ? (
          <MessageBubble
            message={plainMessage({ ...streaming, created_at: "" })}
            isFollowUp={messages.at(-1)?.role === streaming.role}
            active={active}
          />
        ) : null}
        {outbox.map((item) => (
          <OutboxBubble
            key={item.client_msg_id}
            item={item}
            isOnline={state.connection === "open"}
            onRetry={onRetry}
            onDiscard={onDiscard}
          />
        ))}
      </ol>
      {state.isTyping && !streaming ? <TypingDots /> : null}
      <Announcer state={state} />
    </div>
  );
}
