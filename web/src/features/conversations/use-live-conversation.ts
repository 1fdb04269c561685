import { useEffect, useMemo, useSyncExternalStore } from "react";

import { LiveConnection } from "@/lib/live-connection";

/** The live state of one conversation, for as long as the page shows it. */
export function useLiveConversation(conversationId: string) {
  const connection = useMemo(() => new LiveConnection(conversationId), [conversationId]);
  useEffect(() => connection.start(), [connection]);
  const state = useSyncExternalStore(connection.subscribe, connection.getState);
  return { state, connection };
}
