import { type InfiniteData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { alertsQuery, queueQuery } from "./api";
import { EVERYTHING_OPEN } from "./queue-filter";
import type { QueuePage } from "./records";

/** What the tab shows: open emergencies first, else how many reports wait for a nurse. */
export function titleOf(page: string, alerts: number, waiting: number): string {
  const lead = alerts > 0 ? `⚠ ${alerts} · ` : waiting > 0 ? `(${waiting}) ` : "";
  return `${lead}${page} · Osler`;
}

export function useStaffTitle(page: string): void {
  const queryClient = useQueryClient();
  const alerts = useQuery({ ...alertsQuery, enabled: false }).data?.length ?? 0;
  const { queryKey } = queueQuery(EVERYTHING_OPEN);
  // Only what another part of the page has loaded: a title is no reason to read records.
  const open = useQuery<InfiniteData<QueuePage>>({
    queryKey,
    enabled: false,
    queryFn: () => queryClient.getQueryData(queryKey) ?? { pages: [], pageParams: [] },
  });
  const waiting = (open.data?.pages ?? [])
    .flatMap((one) => one.items)
    .filter((item) => item.status !== "awaiting_patient").length;
  useEffect(() => {
    document.title = titleOf(page, alerts, waiting);
    return () => {
      document.title = "Osler";
    };
  }, [page, alerts, waiting]);
}
