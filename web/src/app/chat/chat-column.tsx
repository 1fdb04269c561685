import { type ConversationState, currentQuestion, isSent } from "@/features/assistant/conversation-state";
import { assistantMessages } from "@/features/assistant/messages";
import { ReportStatusCard } from "@/features/assistant/report-status";
import { SendReport } from "@/features/assistant/send-report";
import { Composer } from "@/features/conversations/composer";
import { conversationMessages } from "@/features/conversations/messages";
import { currentReplies, QuickReplies } from "@/features/conversations/quick-replies";
import { Thread } from "@/features/conversations/thread";
import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import type { LiveState } from "@/lib/live-state";
import type { LiveConnection } from "@/lib/live-connection";
import { usePageTitle } from "@/lib/page-title";
import type { MarkedSpan } from "@/ui/marked-text";
import { SkeletonList } from "@/ui/skeleton";

import { useStickToEnd } from "./use-stick-to-end";

export function ChatColumn({ isShown, state, snapshot, connection, spans, active, here }: {
  readonly isShown: boolean;
  readonly state: LiveState;
  readonly snapshot: ConversationState | null;
  readonly connection: LiveConnection;
  readonly spans: ReadonlyMap<number, readonly MarkedSpan[]>;
  readonly active: ReadonlySet<string>;
  readonly here: string;
}) {
  const t = useTranslate(conversationMessages);
  const assistant = useTranslate(assistantMessages);
  usePageTitle(t("title"));
  const replies = currentReplies(state);
  const { box, content } = useStickToEnd(state.outbox.at(-1)?.client_msg_id);
  const status = snapshot?.report_status ?? null;
  const question = currentQuestion(snapshot);
  const isLoading = snapshot === null && state.messages.length === 0;
  const asksPatient = status === "awaiting_patient";
  const isOver = snapshot?.pending_question === null && state.messages.at(-1)?.role !== "patient";
  const canSubmit = Boolean(snapshot?.can_submit) && isOver && !isSent(status) && state.outbox.length === 0;
  const reply = (text: string) => {
    connection.send(text);
    // The tapped button is about to go; the keyboard stays in the conversation, and no phone opens its own.
    const isTouch = window.matchMedia?.("(pointer: coarse)").matches;
    document.querySelector<HTMLElement>(isTouch ? "#content" : "#content textarea")?.focus({ preventScroll: true });
  };
  return (
    <main id="content" tabIndex={-1} className={cn("flex min-w-0 grow flex-col outline-none", !isShown && "max-lg:hidden")}>
      <h1 className="sr-only">{t("title")}</h1>
      {/* Focusable, so that it scrolls from the keyboard. */}
      <div
        ref={box}
        role="region"
        aria-label={t("thread_label")}
        tabIndex={0}
        className="min-h-0 grow overflow-y-auto -outline-offset-4"
      >
        <div
          ref={content}
          className="mx-auto flex min-h-full max-w-3xl flex-col justify-end gap-6 px-4 pt-6 pb-4 sm:px-8"
        >
          {isLoading ? <SkeletonList rows={2} /> : null}
          <Thread
            state={state}
            spans={spans}
            active={active}
            onRetry={(id) => connection.retry(id)}
            onDiscard={(id) => connection.discard(id)}
          />
          {isSent(status) ? (
            <div className="lg:hidden">
              <ReportStatusCard status={status} />
            </div>
          ) : null}
          {canSubmit && snapshot ? (
            <SendReport conversationId={snapshot.id} isIdentified={snapshot.is_identified} here={here} />
          ) : null}
        </div>
      </div>
      <div className="mx-auto w-full max-w-3xl px-4 pt-3 pb-3 sm:px-8">
        {snapshot?.status === "closed" ? (
          <p className="py-4 text-center text-ink-muted">{t("closed")}</p>
        ) : (
          <div className="flex flex-col gap-3">
            {replies && question ? (
              <p className="-mb-1 text-xs text-ink-muted lg:hidden">{assistant("progress", question)}</p>
            ) : null}
            {replies ? <QuickReplies replies={replies} onReply={reply} /> : null}
            <Composer
              draftKey={`osler.draft.${here}`}
              placeholder={asksPatient ? t("answer_placeholder") : undefined}
              onSend={(text) => connection.send(text)}
              onTyping={(on) => connection.typing(on)}
            />
          </div>
        )}
      </div>
    </main>
  );
}
