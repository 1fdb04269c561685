import { useTranslate } from "@/lib/i18n";
import type { LiveState } from "@/lib/live-state";
import type { QuickReply } from "@/lib/live-frames";
import { Button } from "@/ui/button";

import { conversationMessages } from "./messages";

/** Ways out of a question, whatever it asks: shown last and quieter. */
const WAYS_OUT: ReadonlySet<string> = new Set(["unknown", "stop"]);

/** What can be tapped now: the suggestions of the last question, while nothing of the patient's is under way. */
export function currentReplies(state: LiveState): readonly QuickReply[] | null {
  const last = state.messages.at(-1);
  if (!last || state.outbox.length > 0 || state.streaming || last.role !== "assistant") return null;
  if (last.kind !== "question" && last.kind !== "read_back") return null;
  return last.quick_replies ?? [];
}

/** "I don't know" and "stop" are always there; where the question offers them itself, they are not repeated. */
export function QuickReplies({ replies, onReply }: {
  readonly replies: readonly QuickReply[];
  readonly onReply: (text: string) => void;
}) {
  const t = useTranslate(conversationMessages);
  const wayOut = (value: string, label: string) => replies.find((reply) => reply.value === value)?.label ?? label;
  const answers = replies.filter((reply) => !WAYS_OUT.has(reply.value));
  const exits = [wayOut("unknown", t("dont_know")), wayOut("stop", t("stop"))];
  return (
    <ul aria-label={t("quick_replies")} className="flex flex-wrap gap-2">
      {answers.map((reply) => (
        <li key={reply.value}>
          <Button size="l" variant="soft" onClick={() => onReply(reply.label)}>
            {reply.label}
          </Button>
        </li>
      ))}
      {exits.map((label) => (
        <li key={label}>
          <Button size="l" variant="ghost" className="font-normal" onClick={() => onReply(label)}>
            {label}
          </Button>
        </li>
      ))}
    </ul>
  );
}
