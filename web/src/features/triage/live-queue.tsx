import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { hasRole, type SessionActor, sessionQuery } from "@/lib/session";

import { alertsQuery, QUEUE_KEY, reportKey } from "./api";
import type { QueueFilter } from "./queue-filter";
import { mergeChange, type QueueChange } from "./queue-order";
import { QueueStream, type StreamState } from "./queue-stream";
import type { Alert, QueueItem, QueuePage, ReportView } from "./records";

interface Live {
  readonly stream: QueueStream;
  /** Ask for conversations that are still going on, for as long as they are shown. */
  readonly watchDrafts: (on: boolean) => void;
}

const LiveContext = createContext<Live | null>(null);
const UNKNOWN: StreamState = { status: "connecting", failures: 0, heardAt: null };

/** Keeps every loaded list, the open report and the alerts of a member of staff up to date, without a reload. */
export function LiveQueueProvider({ actor, children }: { readonly actor: SessionActor; readonly children: ReactNode }) {
  const queryClient = useQueryClient();
  const [drafts, setDrafts] = useState(0);
  const isClinical = hasRole(actor, "nurse", "practitioner");
  const address = isClinical ? `/api/triage/queue/live?drafts=${drafts > 0}` : "/api/triage/alerts/live";
  const stream = useMemo(
    () =>
      new QueueStream(address, {
        onQueue: (change) => takeIn(queryClient, change, actor.id),
        onAlerts: (alerts) => queryClient.setQueryData<readonly Alert[]>(alertsQuery.queryKey, alerts),
        onResumed: () => void queryClient.invalidateQueries({ queryKey: ["triage"] }),
        onFailing: () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      }),
    [address, queryClient, actor.id],
  );
  useEffect(() => stream.start(), [stream]);
  const live = useMemo(
    () => ({ stream, watchDrafts: (on: boolean) => setDrafts((count) => count + (on ? 1 : -1)) }),
    [stream],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useStream(): { readonly state: StreamState; readonly reconnect: () => void } {
  const live = use(LiveContext);
  const state = useSyncExternalStore(live?.stream.subscribe ?? never, live?.stream.getState ?? unknown);
  return { state, reconnect: live?.stream.now ?? (() => undefined) };
}

/** Stream drafts too while `on`; nobody's unsent words are sent to a screen that does not show them. */
export function useDrafts(on: boolean): void {
  const watchDrafts = use(LiveContext)?.watchDrafts;
  useEffect(() => {
    if (!on || !watchDrafts) return undefined;
    watchDrafts(true);
    return () => watchDrafts(false);
    // `watchDrafts` changes with the stream it restarts; only its effect on the count matters.
  }, [on]);
}

const never = () => () => undefined;
const unknown = () => UNKNOWN;

type Pages = InfiniteData<QueuePage, string | null>;

export function takeIn(queryClient: QueryClient, change: QueueChange, actorId: string): void {
  for (const [key, data] of queryClient.getQueriesData<Pages>({ queryKey: QUEUE_KEY })) {
    if (!data) continue;
    const merged = mergeChange(data.pages, change, key[2] as QueueFilter, actorId);
    queryClient.setQueryData<Pages>(key, { ...data, pages: [...merged.pages] });
    if (merged.mustReload) void queryClient.invalidateQueries({ queryKey: key, exact: true });
  }
  for (const item of change.changed) refreshReport(queryClient, item.id, item);
  for (const id of change.removed) refreshReport(queryClient, id);
}

/** Read an open report again when what the stream says differs from what is shown. */
function refreshReport(queryClient: QueryClient, id: string, item?: QueueItem): void {
  const queryKey = reportKey(id);
  const read = queryClient.getQueriesData<ReportView>({ queryKey }).flatMap(([, view]) => (view ? [view.entry] : []));
  const shown = read.find((entry) => !item || !isSame(entry, item));
  if (!shown) return;
  void queryClient.invalidateQueries({ queryKey });
  void queryClient.invalidateQueries({ queryKey: ["triage", "transcript", shown.conversation_id] });
}

function isSame(a: QueueItem, b: QueueItem): boolean {
  return (
    a.version === b.version &&
    a.status === b.status &&
    a.urgency === b.urgency &&
    a.claim?.user_id === b.claim?.user_id &&
    a.alert_id === b.alert_id &&
    a.patient.name === b.patient.name
  );
}
