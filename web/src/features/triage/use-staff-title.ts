import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { alertsQuery, queueQuery } from "./api";
import { EVERYTHING_OPEN } from "./queue-filter";
import type { Alert, QueuePage } from "./records";

/** What the tab shows: open emergencies first, else how many reports wait for a nurse. */
export function titleOf(page: string, alerts: number, waiting: number): string {
  const lead = alerts > 0 ? `⚠ ${alerts} · ` : waiting > 0 ? `(${waiting}) ` : "";
  return `${lead}${page} · Osler`;
}

/** Only what other parts of the page have loaded: a title is no reason to read records. */
function countWaiting(queryClient: QueryClient): number {
  const open = queryClient.getQueryData<InfiniteData<QueuePage>>(queueQuery(EVERYTHING_OPEN).queryKey);
  return (open?.pages ?? []).flatMap((page) => page.items).filter((item) => item.status !== "awaiting_patient").length;
}

export function useStaffTitle(page: string): void {
  const queryClient = useQueryClient();
  const subscribe = (listener: () => void) =>
    // What is merely added or watched is told in the middle of a rendering; only new content counts.
    queryClient.getQueryCache().subscribe((event) => {
      if (event.type === "updated") listener();
    });
  const alerts = useSyncExternalStore(subscribe, () => queryClient.getQueryData<readonly Alert[]>(alertsQuery.queryKey)?.length ?? 0);
  const waiting = useSyncExternalStore(subscribe, () => countWaiting(queryClient));
  useEffect(() => {
    document.title = titleOf(page, alerts, waiting);
    return () => {
      document.title = "Osler";
    };
  }, [page, alerts, waiting]);
}
