import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { ConversationState } from "@/features/assistant/conversation-state";
import { currentQuestion, isEmergencyLifted } from "@/features/assistant/conversation-state";
import { EmergencyScreen } from "@/features/assistant/emergency-screen";
import { type EmergencyCard, frontDeskQuery } from "@/features/assistant/front-desk";
import { spansByMessage, type Statement, statementGroups } from "@/features/assistant/statements";
import { ConnectionNotice } from "@/features/conversations/connection-notice";
import { RefusedPage } from "@/features/conversations/refused-page";
import { useLiveConversation } from "@/features/conversations/use-live-conversation";
import { useLanguage } from "@/lib/i18n";

import { ChatAside } from "./chat-aside";
import { ChatColumn } from "./chat-column";
import { ChatHeader, type ChatView } from "./chat-header";

/** Where the conversation, the live report and the way out meet. */
export function ConversationPage({ conversationId }: { readonly conversationId: string }) {
  const { state, connection } = useLiveConversation(conversationId);
  const { language } = useLanguage();
  // Asked for at once, so that the numbers are here before they are needed.
  const desk = useQuery(frontDeskQuery(language)).data;
  const [view, setView] = useState<ChatView>("chat");
  const [active, setActive] = useState<string | null>(null);
  const snapshot = state.snapshot as ConversationState | null;
  const understood = snapshot?.understood ?? null;
  const spans = useMemo(() => spansByMessage(understood ? statementGroups(understood) : []), [understood]);
  const activeIds = useMemo(() => new Set(active ? [active] : []), [active]);

  if ((snapshot?.emergency || state.isEmergency) && !isEmergencyLifted(snapshot)) {
    const sent = state.emergencyCard as EmergencyCard | null;
    return <EmergencyScreen card={snapshot?.emergency ?? sent ?? desk?.emergency ?? null} />;
  }
  const here = `/conversation/${conversationId}`;
  const show = (statement: Statement) => {
    setView("chat");
    setActive(statement.id);
    const seq = statement.sources[0]?.seq;
    // After the view has changed, since a hidden message has no place to scroll to.
    requestAnimationFrame(() => document.getElementById(`message-${seq}`)?.scrollIntoView({ block: "center" }));
  };
  return (
    <div className="flex h-dvh flex-col">
      <ChatHeader
        view={view}
        onView={setView}
        practice={desk?.practice.name}
        progress={currentQuestion(snapshot)}
      />
      <ConnectionNotice state={state} />
      {state.refusal ? (
        <main id="content" className="grow overflow-y-auto">
          <RefusedPage refusal={state.refusal} here={here} />
        </main>
      ) : (
        <div className="flex min-h-0 grow">
          <ChatColumn
            isShown={view === "chat"}
            state={state}
            snapshot={snapshot}
            connection={connection}
            spans={spans}
            active={activeIds}
            here={here}
          />
          <ChatAside
            isShown={view === "understood"}
            snapshot={snapshot}
            active={active}
            onActive={setActive}
            onShow={show}
          />
        </div>
      )}
    </div>
  );
}
